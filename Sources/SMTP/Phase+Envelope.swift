internal import Mail

extension Phase {
    /// `MAIL FROM:<path> [SP parameters]`: RFC 5321 §4.1.1.2.
    mutating func mail(
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: Terms
    ) throws(Refusal) -> ServerSession.Action {
        guard standing.hello != nil else { throw Refusal(.helloFirst) }
        guard standing.transaction == nil else { throw Refusal(.transactionOpen) }
        guard !terms.policy.requiresAuth || terms.user != nil else { throw Refusal(.authFirst) }
        guard let pathStart = pathStart(in: line, from: start, behind: "FROM:") else {
            throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: MAIL FROM:<address>")
        }
        var at = pathStart
        let sender: Address
        do throws(AddressError) {
            sender = try path(in: line, at: &at, allowing: [.utf8, .null], terms)
        } catch {
            throw Refusal(501, EnhancedCode(5, 1, 7), "Bad sender address: \(error.reason)")
        }
        let parameters = try MailParameters(line, from: at, offered: standing.extensions(terms), terms)
        guard parameters.isUTF8 || line.isASCII(pathStart..<at) else { throw Self.needsUTF8 }
        let bound = terms.policy.sizeLimit ?? terms.limits.messageBytes
        guard bound == 0 || parameters.declaredSize <= bound else { throw Refusal(.messageTooBig) }
        let command = MailCommand(
            sender: sender,
            declaredSize: parameters.declaredSize,
            is8Bit: parameters.is8Bit,
            isBinary: parameters.isBinary,
            isUTF8: parameters.isUTF8,
            options: parameters.options
        )
        let transaction = Transaction(isUTF8: parameters.isUTF8, isBinary: parameters.isBinary)
        self = .asking(.mail(transaction), standing)
        return .ask(.mail(command), consumed: next)
    }

    /// `RCPT TO:<path> [SP parameters]`: RFC 5321 §4.1.1.3.
    mutating func recipient(
        _ line: Span<UInt8>,
        from start: Int,
        next: Int,
        _ standing: Standing,
        _ terms: Terms
    ) throws(Refusal) -> ServerSession.Action {
        guard standing.hello != nil else { throw Refusal(.helloFirst) }
        guard let transaction = standing.transaction else { throw Refusal(.mailFirst) }
        guard !transaction.hasChunks else { throw Refusal(.chunksBegun) }
        guard let pathStart = pathStart(in: line, from: start, behind: "TO:") else {
            throw Refusal(501, EnhancedCode(5, 5, 4), "Syntax: RCPT TO:<address>")
        }
        var at = pathStart
        let address: Address
        do throws(AddressError) {
            address = try path(in: line, at: &at, allowing: [.utf8, .postmaster], terms)
        } catch {
            throw Refusal(501, EnhancedCode(5, 1, 3), "Bad recipient address: \(error.reason)")
        }
        let options = try RecipientOptions.read(
            line,
            from: at,
            offered: standing.extensions(terms),
            isUTF8: transaction.isUTF8
        )
        guard transaction.isUTF8 || line.isASCII(pathStart..<at) else { throw Self.needsUTF8 }
        guard transaction.accepted < terms.limits.recipients else { throw Refusal(.tooManyRecipients) }
        self = .asking(.recipient, standing)
        return .ask(.recipient(RecipientCommand(address, options: options)), consumed: next)
    }

    /// RFC 6531 §3.5.
    private static var needsUTF8: Refusal {
        Refusal(553, EnhancedCode(5, 6, 7), "An address outside ASCII needs the parameter SMTPUTF8 of MAIL")
    }

    /// Behind the word and the blanks that many clients put there.
    private func pathStart(in line: Span<UInt8>, from start: Int, behind word: String) -> Int? {
        let end = start + word.utf8.count
        guard end <= line.count, line.holds(word, at: start..<end) else { return nil }
        var at = end
        while at < line.count, line[at] == UInt8(ascii: " ") { at += 1 }
        return at < line.count ? at : nil
    }

    private func path(
        in line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Address.Syntax,
        _ terms: Terms
    ) throws(AddressError) -> Address {
        guard !terms.policy.strictAddresses else { return try Address(pathIn: line, at: &place, allowing: syntax) }
        let tolerant = syntax.union(.tolerant)
        return line[place] == UInt8(ascii: "<")
            ? try Address(pathIn: line, at: &place, allowing: tolerant)
            : try Address(mailboxIn: line, at: &place, allowing: tolerant)
    }
}
