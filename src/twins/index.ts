/** Every blocking API made green: importing this registers their twins. */
import "./child-process.js"
import "./http.js"
import "./sleep.js"
import "./sync-request.js"
