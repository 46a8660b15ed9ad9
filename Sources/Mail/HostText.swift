/// A host's name as a trace field may hold it: RFC 5321 §4.4, `Extended-Domain`.
enum HostText {
    /// Writes a domain or an address literal as it is, and anything else with its forbidden characters made hyphens.
    static func append(_ text: String, to output: inout [UInt8]) {
        if isDomain(text.utf8.span) || isLiteral(text) {
            output.append(text: text)
        } else {
            output.append(text: sanitised(text))
        }
    }

    private static func isDomain(_ text: Span<UInt8>) -> Bool {
        guard (1...AddressGrammar.domainLimit).contains(text.count) else { return false }
        let hyphen = UInt8(ascii: "-")
        var label = 0
        for index in 0...text.count {
            guard index == text.count || text[index] == UInt8(ascii: ".") else {
                guard ByteSet.domain.contains(text[index]) else { return false }
                continue
            }
            guard (1...63).contains(index - label), text[label] != hyphen, text[index - 1] != hyphen else {
                return false
            }
            label = index + 1
        }
        return true
    }

    private static func isLiteral(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "[") else { return false }
        var end = 0
        return (try? AddressLiteral.text(in: text.utf8.span, at: &end)) != nil && end == text.utf8.count
    }

    private static func sanitised(_ text: String) -> String {
        let hyphen = UInt8(ascii: "-")
        var host = ""
        for label in text.utf8.split(separator: UInt8(ascii: ".")) {
            let legal = label.map { ByteSet.domain.contains($0) ? $0 : hyphen }
            let trimmed = legal.drop { $0 == hyphen }.prefix(63)
            guard let end = trimmed.lastIndex(where: { $0 != hyphen }) else { continue }
            let name = String(decoding: trimmed[...end], as: UTF8.self)
            guard host.utf8.count + name.utf8.count < AddressGrammar.domainLimit else { break }
            host += host.isEmpty ? name : ".\(name)"
        }
        return host.isEmpty ? "unknown" : host
    }
}
