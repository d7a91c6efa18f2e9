const nested = require("./nested")
module.exports = { work: (log) => nested.work(log, "js") }
