/// What the session says by itself.
extension Reply {
    static func timeout(_ policy: Policy) -> Reply {
        Reply(421, EnhancedCode(4, 4, 2), "\(policy.hostname) timeout, closing connection")
    }

    static func shutdown(_ policy: Policy) -> Reply {
        Reply(421, EnhancedCode(4, 3, 2), "\(policy.hostname) is shutting down, come back later")
    }

    static func closing(_ policy: Policy) -> Reply {
        Reply(221, EnhancedCode(2, 0, 0), "\(policy.hostname) \(policy.closeText)")
    }

    static var bareBreakInCommand: Reply {
        Reply(521, EnhancedCode(5, 5, 2), "A command line must end in CRLF and hold no other CR, LF or NUL")
    }

    static var bareBreakInText: Reply {
        Reply(
            521,
            EnhancedCode(5, 5, 2),
            """
            Lines of a message must end in CRLF; this one holds a bare CR or LF, or a NUL
            Send it again with CRLF line ends (curl: add --crlf)
            """
        )
    }

    static var commandTooLong: Reply { Reply(521, EnhancedCode(5, 5, 2), "Command line too long") }

    static var tlsInTheClear: Reply {
        Reply(521, EnhancedCode(5, 5, 2), "This port does not begin with TLS; connect without it")
    }

    static var helloFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Say HELO or EHLO first") }
    static var mailFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Use MAIL first") }
    static var recipientFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Use RCPT first") }
    static var transactionOpen: Reply { Reply(503, EnhancedCode(5, 5, 1), "A mail transaction is already open") }
    static var noValidRecipients: Reply { Reply(554, EnhancedCode(5, 5, 1), "No valid recipients") }
    static var noArgument: Reply { Reply(501, EnhancedCode(5, 5, 4), "This command takes no argument") }
    static var tooManyRecipients: Reply { Reply(452, EnhancedCode(4, 5, 3), "Too many recipients") }
    static var messageTooBig: Reply { Reply(552, EnhancedCode(5, 3, 4), "Message too big!") }
    static var unrecognized: Reply { Reply(500, EnhancedCode(5, 5, 1), "Unrecognized command") }

    static func lineTooLong(_ limits: Limits) -> Reply {
        Reply(554, EnhancedCode(5, 6, 0), "The message has a line of more than \(limits.textLine) bytes")
    }
}
