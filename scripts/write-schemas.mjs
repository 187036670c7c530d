// filled in with the command line
