"""source -> Article: read a file, a web page or standard input; find its blocks, language and sentences."""
