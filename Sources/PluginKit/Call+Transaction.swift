extension Call where Kind: HookKind.Transaction {
    /// The sender's address; empty for the null sender, nil before MAIL.
    public var mailAddress: String? { text(.mailAddress) }

    public var mailUser: String? { text(.mailUser) }

    public var mailDomain: String? { text(.mailDomain) }

    /// The SIZE of MAIL in bytes; 0 when not given.
    public var mailSize: UInt64 { unsafe args.pointee.mail_size }

    /// How many recipients the transaction has, with the one that is asked about.
    public var recipientCount: Int { unsafe Int(args.pointee.rcpt_count) }

    /// The transaction's id as log lines have it.
    public var transactionID: String { fact("uuid", of: transaction)?.string ?? "" }

    /// The recipients as they are now, with this call's writes; dropped ones are missing.
    public var recipients: [EnvelopeRecipient] {
        let count = fact("rcpt_count")?.int ?? 0
        var found: [EnvelopeRecipient] = []
        // Dropped recipients leave gaps in the numbers, of which nobody makes more than this.
        for index in 0..<count + 65_536 {
            if found.count >= count { break }
            if let recipient = recipient(index) { found.append(recipient) }
        }
        return found
    }

    /// The recipient of that number; nil when there is none, or no more.
    public func recipient(_ index: Int) -> EnvelopeRecipient? {
        guard let address = fact("rcpt[\(index)].address")?.string else { return nil }
        return EnvelopeRecipient(
            index: index,
            address: address,
            user: fact("rcpt[\(index)].user")?.string ?? "",
            domain: fact("rcpt[\(index)].domain")?.string ?? "",
            original: fact("rcpt[\(index)].original")?.string ?? address
        )
    }

    /// Adds a recipient, accepted without another `rcpt` hook.
    public func addRecipient(_ address: String) throws(HostError) {
        try stage("add recipient \(address)") { tables, call in
            unsafe address.withView { unsafe tables.session?.pointee.rcpt_add(tables.context, call, $0) }
        }
    }

    /// Drops the recipient of that index; the indexes of the others stay.
    public func dropRecipient(_ index: Int) throws(HostError) {
        try stage("drop recipient \(index)") { tables, call in
            unsafe tables.session?.pointee.rcpt_drop(tables.context, call, UInt32(clamping: index))
        }
    }

    /// Gives the recipient of that index another address; the original stays readable.
    public func rewriteRecipient(_ index: Int, to address: String) throws(HostError) {
        try stage("rewrite recipient \(index) to \(address)") { tables, call in
            unsafe address.withView {
                unsafe tables.session?.pointee.rcpt_rewrite(tables.context, call, UInt32(clamping: index), $0)
            }
        }
    }

    /// Leaves these plugins out for the rest of the transaction.
    public func skip(plugins: String...) throws(HostError) {
        let before = try transactionNotes.value("@skip_plugins")?.string.map { [$0] } ?? []
        try transactionNotes.set(.string((before + plugins).joined(separator: ",")), for: "@skip_plugins")
    }
}
