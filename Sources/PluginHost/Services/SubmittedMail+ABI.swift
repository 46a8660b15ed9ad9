internal import Mail
internal import PluginABI

extension SubmittedMail {
    private static let recipientLimit = 50_000

    /// A copy of what a plugin says; nil when an address is none, or a line end.
    init?(_ given: UnsafePointer<hk_mail>, plugin: String) {
        let (count, partCount) = unsafe (Int(given.pointee.recipient_count), Int(given.pointee.part_count))
        guard unsafe given.pointee.struct_size >= UInt32(MemoryLayout<hk_mail>.size),
            (1...Self.recipientLimit).contains(count),
            let recipients = unsafe given.pointee.recipients, let sender = unsafe Text.copy(given.pointee.sender)
        else { return nil }
        guard let sender = sender.isEmpty ? Address.null : try? Address(parsing: sender, allowing: [.utf8]) else {
            return nil
        }
        var envelope = Envelope(sender: sender)
        for place in 0..<count {
            guard let text = unsafe Text.copy(recipients[place]),
                let address = try? Address(parsing: text, allowing: [.utf8])
            else { return nil }
            envelope.recipients.append(Recipient(address))
            if !address.text.utf8.allSatisfy({ $0 < 0x80 }) { envelope.isUTF8 = true }
        }
        var text: [UInt8] = []
        if partCount > 0 {
            guard let parts = unsafe given.pointee.parts else { return nil }
            for place in 0..<partCount { text += unsafe Text.bytes(parts[place]) ?? [] }
        }
        guard Self.hasWholeLineEnds(text) else { return nil }
        if !sender.text.utf8.allSatisfy({ $0 < 0x80 }) { envelope.isUTF8 = true }
        envelope.is8Bit = text.contains { $0 >= 0x80 }
        self.init(envelope: envelope, text: text, plugin: plugin)
    }

    /// RFC 5321 §2.3.8: no CR and no LF stands alone, and the last line ends.
    private static func hasWholeLineEnds(_ text: [UInt8]) -> Bool {
        var isBehindReturn = false
        for byte in text {
            if (byte == 0x0A) != isBehindReturn { return false }
            isBehindReturn = byte == 0x0D
        }
        return !isBehindReturn && (text.isEmpty || text.last == 0x0A)
    }
}
