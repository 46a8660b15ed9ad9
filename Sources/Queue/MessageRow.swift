internal import Mail
internal import Store

/// The envelope of a message as columns, and back.
enum MessageRow {
    private struct Bits: OptionSet {
        let rawValue: Int

        static let eightBit = Bits(rawValue: 1)
        static let binary = Bits(rawValue: 2)
        static let utf8 = Bits(rawValue: 4)
        static let requiresTLS = Bits(rawValue: 8)
        static let returnsAll = Bits(rawValue: 16)
        static let returnsHeaders = Bits(rawValue: 32)
        static let tellsDelay = Bits(rawValue: 64)
        static let traces = Bits(rawValue: 128)
    }

    static let columns = "sender, bits, envelope_id, submitter, priority, deadline"

    static func values(_ envelope: Envelope, arrived: QueueTime) -> [StoreValue] {
        let options = envelope.options
        return [
            .text(envelope.sender.text), .integer(bits(envelope).rawValue), .text(options?.envelopeID),
            .text(options?.submitter?.text), .integer(options?.priority.map(Int.init)),
            .integer(options?.deadline.map { Int((arrived + .seconds($0.seconds)).milliseconds) }),
        ]
    }

    private static func bits(_ envelope: Envelope) -> Bits {
        var bits: Bits = []
        if envelope.is8Bit { bits.insert(.eightBit) }
        if envelope.isBinary { bits.insert(.binary) }
        if envelope.isUTF8 { bits.insert(.utf8) }
        guard let options = envelope.options else { return bits }
        if options.requiresTLS { bits.insert(.requiresTLS) }
        switch options.returnedContent {
        case .full: bits.insert(.returnsAll)
        case .headers: bits.insert(.returnsHeaders)
        case nil: break
        }
        if options.deadline?.mode == .tell { bits.insert(.tellsDelay) }
        if options.deadline?.traces == true { bits.insert(.traces) }
        return bits
    }

    /// The envelope without recipients from the six ``columns`` at a place; nil when its sender can't be read.
    static func envelope(_ row: StoreRow, at column: Int, now: QueueTime) -> Envelope? {
        guard let sender = address(row.text(column)) else { return nil }
        let bits = Bits(rawValue: row.integer(column + 1))
        var envelope = Envelope(sender: sender)
        envelope.is8Bit = bits.contains(.eightBit)
        envelope.isBinary = bits.contains(.binary)
        envelope.isUTF8 = bits.contains(.utf8)
        var options = MailOptions()
        options.envelopeID = row.optionalText(column + 2)
        options.submitter = row.optionalText(column + 3).flatMap(address)
        options.priority = row.optionalInteger(column + 4).flatMap { Int8(exactly: $0) }
        options.requiresTLS = bits.contains(.requiresTLS)
        options.returnedContent = bits.contains(.returnsAll) ? .full : bits.contains(.returnsHeaders) ? .headers : nil
        options.deadline = deadline(row, at: column).map { deadline in
            MailOptions.Deadline(
                seconds: Int32(clamping: (deadline - now).components.seconds),
                mode: bits.contains(.tellsDelay) ? .tell : .giveBack,
                traces: bits.contains(.traces)
            )
        }
        if options != MailOptions() { envelope.options = options }
        return envelope
    }

    /// By when the message is to be delivered, from the same columns.
    static func deadline(_ row: StoreRow, at column: Int) -> QueueTime? {
        row.optionalInteger(column + 5).map { QueueTime(milliseconds: Int64($0)) }
    }

    static func recipient(_ row: StoreRow, at column: Int) -> Recipient? {
        guard let address = address(row.text(column)) else { return nil }
        var options: RecipientOptions?
        if let notice = row.optionalInteger(column + 1) {
            options = RecipientOptions()
            options?.notice = RecipientOptions.Notice(rawValue: UInt8(clamping: notice))
        }
        if let type = row.optionalText(column + 2) {
            options = options ?? RecipientOptions()
            options?.originalRecipient = .init(type: type, address: row.text(column + 3))
        }
        return Recipient(address, options: options)
    }

    static func address(_ text: String) -> Address? {
        text.isEmpty ? .null : try? Address(parsing: text, allowing: [.utf8, .null, .postmaster, .tolerant])
    }
}
