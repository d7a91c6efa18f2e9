require("greenlift/blocking").sleep(1)
throw new Error("thrown at the top")
