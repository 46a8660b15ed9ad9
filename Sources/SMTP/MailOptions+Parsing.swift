internal import Mail

extension MailOptions {
    /// `AUTH=<>` or a mailbox in xtext: RFC 4954 §5.
    static func submitter(_ value: Span<UInt8>) throws(Refusal) -> Address {
        if value.holds("<>", at: 0..<value.count) { return .null }
        guard let bytes = Xtext.decode(value), let text = bytes.span.text(0..<bytes.count) else { throw badSubmitter }
        do throws(AddressError) {
            return try Address(parsing: text, allowing: [.utf8])
        } catch {
            throw badSubmitter
        }
    }

    private static var badSubmitter: Refusal { .parameter("AUTH needs a mailbox in xtext, or <>") }

    /// RFC 3461 §4.3.
    static func returnedContent(_ value: Span<UInt8>) throws(Refusal) -> ReturnedContent {
        if value.holds("FULL", at: 0..<value.count) { return .full }
        if value.holds("HDRS", at: 0..<value.count) { return .headers }
        throw .parameter("RET is FULL or HDRS")
    }

    /// RFC 3461 §4.4.
    static func envelopeID(_ value: Span<UInt8>) throws(Refusal) -> String {
        guard (1...100).contains(value.count), let bytes = Xtext.decode(value),
            bytes.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .parameter("ENVID needs up to 100 characters of xtext") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `1*9DIGIT`: RFC 4865 §4.
    static func hold(seconds value: Span<UInt8>, _ terms: Terms) throws(Refusal) -> Hold {
        guard let seconds = value.number(0..<value.count, digits: 9), seconds > 0 else {
            throw .parameter("HOLDFOR needs a number of seconds")
        }
        guard seconds <= terms.policy.longestHold else { throw heldTooLong }
        return .seconds(UInt32(seconds))
    }

    /// RFC 3339 §5.6, `date-time`; what has passed already is no reason to wait.
    static func hold(until value: Span<UInt8>, _ terms: Terms) throws(Refusal) -> Hold {
        guard let instant = InternetTime.read(value) else {
            throw .parameter("HOLDUNTIL needs a time such as 2026-11-22T14:00:38Z")
        }
        guard instant <= terms.openedAt + Int64(terms.policy.longestHold) else { throw heldTooLong }
        return .until(secondsSinceEpoch: instant)
    }

    private static var heldTooLong: Refusal { .parameter("No message is held back for so long") }

    /// `["+" / "-"] 1*9DIGIT ";" ("N" / "R") ["T"]`: RFC 2852 §4.
    static func deadline(_ value: Span<UInt8>, _ terms: Terms) throws(Refusal) -> Deadline {
        guard let semicolon = (0..<value.count).first(where: { value[$0] == UInt8(ascii: ";") }) else {
            throw badDeadline
        }
        let isSigned = semicolon > 0 && (value[0] == UInt8(ascii: "-") || value[0] == UInt8(ascii: "+"))
        guard let number = value.number((isSigned ? 1 : 0)..<semicolon, digits: 9) else { throw badDeadline }
        let seconds = Int32(isSigned && value[0] == UInt8(ascii: "-") ? -number : number)
        let rest = value.count - semicolon - 1
        guard rest == 1 || (rest == 2 && value[semicolon + 2].uppercased == UInt8(ascii: "T")) else {
            throw badDeadline
        }
        switch value[semicolon + 1].uppercased {
        case UInt8(ascii: "N"): return Deadline(seconds: seconds, mode: .tell, traces: rest == 2)
        case UInt8(ascii: "R"):
            // RFC 2852 §4: no time at all, or less than the server's least, can't be kept.
            guard seconds > 0, seconds >= Int64(terms.policy.shortestDeadline) else {
                throw .parameter("BY asks for less time than it takes")
            }
            return Deadline(seconds: seconds, mode: .giveBack, traces: rest == 2)
        default: throw badDeadline
        }
    }

    private static var badDeadline: Refusal { .parameter("BY needs seconds and a mode, such as 120;R") }

    /// -9 to 9: RFC 6710 §4.
    static func priority(_ value: Span<UInt8>) throws(Refusal) -> Int8 {
        let isNegative = value.count == 2 && value[0] == UInt8(ascii: "-")
        guard value.count == (isNegative ? 2 : 1),
            let digit = value.number(value.count - 1..<value.count, digits: 1),
            !isNegative || digit > 0
        else { throw .parameter("MT-PRIORITY lies between -9 and 9") }
        return Int8(isNegative ? -digit : digit)
    }
}
