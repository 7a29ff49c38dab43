print("no event loop here")
