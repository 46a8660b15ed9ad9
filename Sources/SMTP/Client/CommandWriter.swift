internal import Mail

/// Writes the commands of a client, so that each is one line whatever went into it.
struct CommandWriter {
    private(set) var bytes: [UInt8] = []
    private var start = 0

    /// Ends the command.
    ///
    /// Whoever let a line break into an address or a parameter would have the host take what follows for another command.
    private mutating func end() {
        for index in start..<bytes.count {
            precondition(!bytes[index].isControl, "a command holds no control characters")
        }
        bytes.append(text: "\r\n")
        start = bytes.count
    }

    mutating func word(_ command: String) {
        bytes.append(text: command)
        end()
    }

    mutating func hello(_ verb: HelloVerb, _ name: String) {
        switch verb {
        case .helo: bytes.append(text: "HELO ")
        case .ehlo: bytes.append(text: "EHLO ")
        case .lhlo: bytes.append(text: "LHLO ")
        }
        bytes.append(text: name)
        end()
    }

    mutating func chunk(_ range: Range<UInt64>, of total: UInt64) {
        bytes.append(text: "BDAT ")
        bytes.append(decimal: range.upperBound - range.lowerBound)
        if range.upperBound == total { bytes.append(text: " LAST") }
        end()
    }

    mutating func mail(_ transaction: ClientTransaction, _ terms: ClientTerms) {
        bytes.append(text: "MAIL FROM:")
        bytes.append(text: transaction.envelope.sender.description)
        if terms.offers(.size) {
            bytes.append(text: " SIZE=")
            bytes.append(decimal: transaction.messageBytes)
        }
        if transaction.envelope.isBinary {
            bytes.append(text: " BODY=BINARYMIME")
        } else if transaction.envelope.is8Bit {
            bytes.append(text: " BODY=8BITMIME")
        }
        if transaction.needsUnicode, terms.offers(.smtputf8) { bytes.append(text: " SMTPUTF8") }
        if let options = transaction.envelope.options { add(options, terms) }
        end()
    }

    /// The seldom parameters of MAIL, each where its extension is offered.
    private mutating func add(_ options: MailOptions, _ terms: ClientTerms) {
        if terms.offers(.dsn) {
            switch options.returnedContent {
            case .full: bytes.append(text: " RET=FULL")
            case .headers: bytes.append(text: " RET=HDRS")
            case nil: break
            }
            add(envelopeID: options.envelopeID)
        }
        // RFC 4954 §5: who isn't authenticated isn't believed.
        if terms.isAuthenticated, let submitter = options.submitter {
            bytes.append(text: " AUTH=")
            add(xtext: submitter.isNull ? Array("<>".utf8) : Xtext.encode(submitter.text.utf8.span))
        }
        if options.requiresTLS { bytes.append(text: " REQUIRETLS") }
        if terms.offers(.deliverBy), let deadline = options.deadline { add(deadline) }
        if terms.offers(.mtPriority), let priority = options.priority {
            bytes.append(text: priority < 0 ? " MT-PRIORITY=-" : " MT-PRIORITY=")
            bytes.append(decimal: UInt64(priority.magnitude))
        }
    }

    /// RFC 3461 §4.4.
    private mutating func add(envelopeID: String?) {
        guard let envelopeID, !envelopeID.isEmpty, envelopeID.utf8.allSatisfy({ $0 < 0x7F }) else { return }
        let encoded = Xtext.encode(envelopeID.utf8.span)
        guard encoded.count <= 100 else { return }
        bytes.append(text: " ENVID=")
        add(xtext: encoded)
    }

    private mutating func add(xtext: [UInt8]) { bytes.append(copying: xtext.span) }

    /// RFC 2852 §4.
    private mutating func add(_ deadline: MailOptions.Deadline) {
        bytes.append(text: deadline.seconds < 0 ? " BY=-" : " BY=")
        bytes.append(decimal: min(UInt64(deadline.seconds.magnitude), 999_999_999))
        bytes.append(text: deadline.mode == .giveBack ? ";R" : ";N")
        if deadline.traces { bytes.append(text: "T") }
    }

    mutating func recipient(_ recipient: Recipient, _ terms: ClientTerms) {
        bytes.append(text: "RCPT TO:")
        bytes.append(text: recipient.address.description)
        if terms.offers(.dsn), let options = recipient.options {
            if let notice = options.notice { add(notice) }
            if let original = options.originalRecipient { add(original) }
        }
        end()
    }

    /// RFC 3461 §4.1.
    private mutating func add(_ notice: RecipientOptions.Notice) {
        var words: [String] = []
        if notice.contains(.success) { words.append("SUCCESS") }
        if notice.contains(.failure) { words.append("FAILURE") }
        if notice.contains(.delay) { words.append("DELAY") }
        bytes.append(text: " NOTIFY=")
        bytes.append(text: words.isEmpty ? "NEVER" : words.joined(separator: ","))
    }

    /// RFC 3461 §4.2 and RFC 6533 §3; what can't be written is left out.
    private mutating func add(_ original: RecipientOptions.OriginalRecipient) {
        let isASCII = original.address.utf8.allSatisfy { $0 < 0x80 }
        let encoded: [UInt8]
        if original.type == "utf-8" {
            encoded = Self.unicodeText(original.address)
        } else if isASCII {
            encoded = Xtext.encode(original.address.utf8.span)
        } else {
            return
        }
        guard original.type.utf8.count + 1 + encoded.count <= 500 else { return }
        bytes.append(text: " ORCPT=")
        bytes.append(text: original.type)
        bytes.append(UInt8(ascii: ";"))
        add(xtext: encoded)
    }

    /// RFC 6533 §3, `utf-8-addr-xtext`.
    private static func unicodeText(_ address: String) -> [UInt8] {
        var text: [UInt8] = []
        for scalar in address.unicodeScalars {
            let isPlain = (0x21...0x7E).contains(scalar.value) && scalar != "\\" && scalar != "+" && scalar != "="
            let written = isPlain ? String(scalar) : "\\x{\(String(scalar.value, radix: 16, uppercase: true))}"
            text.append(text: written)
        }
        return text
    }
}
