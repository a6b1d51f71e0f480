"""Reports: plain data becomes workbooks and text. No Django."""
