internal import Mail

extension RecipientOptions {
    /// Reads what stands behind the path of RCPT; nil if that is nothing.
    static func read(
        _ line: Span<UInt8>,
        from start: Int,
        offered: Extensions,
        isUTF8: Bool
    ) throws(Refusal) -> RecipientOptions? {
        guard start < line.count else { return nil }
        var options = RecipientOptions()
        var at = start
        while let parameter = try Parameter(line, at: &at) {
            let value = line.extracting(parameter.value ?? 0..<0)
            if offered.contains(.dsn), line.holds("NOTIFY", at: parameter.keyword) {
                guard options.notice == nil else { throw .parameterTwice }
                options.notice = try notice(value)
            } else if offered.contains(.dsn), line.holds("ORCPT", at: parameter.keyword) {
                guard options.originalRecipient == nil else { throw .parameterTwice }
                options.originalRecipient = try originalRecipient(value, isUTF8: isUTF8)
            } else {
                throw .unknownParameter
            }
        }
        return options
    }

    /// `NEVER`, or a list of the others: RFC 3461 §4.1.
    private static func notice(_ value: Span<UInt8>) throws(Refusal) -> Notice {
        guard value.count > 0 else { throw badNotice }
        if value.holds("NEVER", at: 0..<value.count) { return [] }
        var notice: Notice = []
        var start = 0
        while start <= value.count {
            var end = start
            while end < value.count, value[end] != UInt8(ascii: ",") { end += 1 }
            let word = start..<end
            if value.holds("SUCCESS", at: word) {
                notice.insert(.success)
            } else if value.holds("FAILURE", at: word) {
                notice.insert(.failure)
            } else if value.holds("DELAY", at: word) {
                notice.insert(.delay)
            } else {
                throw badNotice
            }
            start = end + 1
        }
        return notice
    }

    private static var badNotice: Refusal { .parameter("NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY") }

    /// `addr-type ";" xtext`: RFC 3461 §4.2; the type "utf-8" is written in another way, RFC 6533 §3.
    private static func originalRecipient(
        _ value: Span<UInt8>,
        isUTF8: Bool
    ) throws(Refusal) -> OriginalRecipient {
        guard value.count <= 500,
            let semicolon = (0..<value.count).first(where: { value[$0] == UInt8(ascii: ";") }), semicolon > 0,
            isAtom(value.extracting(..<semicolon))
        else { throw badOriginal }
        let type = String(decoding: value.array(0..<semicolon).map(\.lowercased), as: UTF8.self)
        let encoded = value.extracting((semicolon + 1)...)
        let isBeyondASCII = type == "utf-8"
        let decoded = isBeyondASCII ? Unitext.decode(encoded, native: isUTF8) : Xtext.decode(encoded)
        guard let decoded, !decoded.isEmpty, let address = decoded.span.text(0..<decoded.count),
            address.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        else { throw badOriginal }
        guard isBeyondASCII || address.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .parameter("ORCPT beyond ASCII needs the type utf-8")
        }
        // "MUST follow utf-8-address ABNF when dequoted".
        guard !isBeyondASCII || (try? Address(parsing: address, allowing: .utf8)) != nil else { throw badOriginal }
        return OriginalRecipient(type: type, address: address)
    }

    private static var badOriginal: Refusal {
        .parameter("ORCPT needs a type and an address in xtext, such as rfc822;user@example.org")
    }

    private static func isAtom(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count {
            let byte = text[index]
            let isLetter = (0x61...0x7A).contains(byte.lowercased)
            guard isLetter || byte.isDigit || byte == UInt8(ascii: "-") else { return false }
        }
        return true
    }
}
