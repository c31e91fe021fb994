"""`authsvc keys import`: files of keys that were issued elsewhere.

The way of a file: `records` reads it line by line; `requests` makes a request of each record, or says what is wrong with it;
`sending` gets answers for many of them at once, whatever the server goes through meanwhile; `importing` keeps everything in the
order of the file, so that `progress` can be written down and an import that was killed goes on where it was. Nothing that a file
holds as a secret is ever in a message.
"""
