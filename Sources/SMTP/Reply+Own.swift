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

    /// RFC 4954 §4.
    static var authLineTooLong: Reply { Reply(500, EnhancedCode(5, 5, 6), "Authentication line too long") }

    static var commandTooLong: Reply { Reply(521, EnhancedCode(5, 5, 2), "Command line too long") }

    static var tlsInTheClear: Reply {
        Reply(521, EnhancedCode(5, 5, 2), "This port does not begin with TLS; connect without it")
    }

    static var tlsInTLS: Reply { Reply(521, EnhancedCode(5, 5, 2), "TLS is on already") }

    /// RFC 3207 §4.
    static var tlsFirst: Reply { Reply(530, EnhancedCode(5, 7, 0), "Must issue a STARTTLS command first") }

    /// RFC 4954 §6.
    static var authFirst: Reply { Reply(530, EnhancedCode(5, 7, 0), "Authentication required") }
    static var authNeedsTLS: Reply {
        Reply(538, EnhancedCode(5, 7, 11), "Encryption required for this mechanism: use STARTTLS first")
    }
    static var notBase64: Reply { Reply(501, EnhancedCode(5, 5, 2), "This is not base64") }

    /// What the peer may know of why: one text for a wrong password and an unknown user.
    static func authFailed(_ failure: SASLExchange.Failure) -> Reply {
        switch failure {
        case .malformed: Reply(501, EnhancedCode(5, 5, 2), "The response can't be understood")
        case .credentials: Reply(535, EnhancedCode(5, 7, 8), "Authentication failed")
        case .cancelled: Reply(501, EnhancedCode(5, 7, 0), "Authentication cancelled")
        case .unavailable: Reply(454, EnhancedCode(4, 7, 0), "Temporary authentication failure")
        case .encryption: .authNeedsTLS
        }
    }

    static func excess(_ excess: Tally.Excess, _ policy: Policy) -> Reply {
        Reply(421, EnhancedCode(4, 7, 0), "\(policy.hostname) \(excess.text), closing connection")
    }

    static var outOfStep: Reply {
        Reply(554, EnhancedCode(5, 5, 0), "Wait for the reply to DATA and AUTH before you send on")
    }

    static var badChunk: Reply { Reply(501, EnhancedCode(5, 5, 4), "Syntax: BDAT size [LAST]") }
    static var noChunking: Reply { Reply(502, EnhancedCode(5, 5, 1), "CHUNKING is not offered") }
    static var chunksBegun: Reply { Reply(503, EnhancedCode(5, 5, 1), "The message has begun with BDAT") }
    static var binaryNeedsChunks: Reply { Reply(503, EnhancedCode(5, 5, 1), "BODY=BINARYMIME needs BDAT") }

    static func extendedHelloFirst(_ policy: Policy) -> Reply {
        Reply(503, EnhancedCode(5, 5, 1), "Say \(policy.isLMTP ? "LHLO" : "EHLO") first")
    }

    /// A refusal that nobody had words for still says what the client can do.
    mutating func addReason() {
        if text.isEmpty { text = code < 500 ? "Refused for now, try again later" : "Refused" }
    }

    /// RFC 6531 §3.7.4.2.
    static var mailboxNotShown: Reply {
        Reply(252, EnhancedCode(2, 6, 8), "The mailbox can be shown in UTF-8 only: VRFY name SMTPUTF8")
    }

    static var helloFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Say HELO or EHLO first") }
    static var mailFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Use MAIL first") }
    static var recipientFirst: Reply { Reply(503, EnhancedCode(5, 5, 1), "Use RCPT first") }
    static var transactionOpen: Reply { Reply(503, EnhancedCode(5, 5, 1), "A mail transaction is already open") }
    static var noValidRecipients: Reply { Reply(554, EnhancedCode(5, 5, 1), "No valid recipients") }
    static var noRecipientsLocal: Reply { Reply(503, EnhancedCode(5, 5, 1), "No valid recipients") }
    static var noArgument: Reply { Reply(501, EnhancedCode(5, 5, 4), "This command takes no argument") }
    static var tooManyRecipients: Reply { Reply(452, EnhancedCode(4, 5, 3), "Too many recipients") }
    static var messageTooBig: Reply { Reply(552, EnhancedCode(5, 3, 4), "Message too big!") }
    static var unrecognized: Reply { Reply(500, EnhancedCode(5, 5, 1), "Unrecognized command") }

    static func lineTooLong(_ limits: Limits) -> Reply {
        Reply(554, EnhancedCode(5, 6, 0), "The message has a line of more than \(limits.textLine) bytes")
    }

    static var headerTooBig: Reply { Reply(554, EnhancedCode(5, 6, 0), "The message's header is too big") }
    static var tooManyParts: Reply { Reply(554, EnhancedCode(5, 6, 0), "The message has too many MIME parts") }
}
