package import PluginKit

extension RemoteReply {
    /// A reply of our own, in the form of a server's.
    package init(code: Int, _ text: String) {
        self.code = code
        lines = [text[...]]
    }

    /// The words of a reply that a client may be told: no codes, printable ASCII, not endless.
    package var words: String {
        lines.prefix(20).map { line in
            let rest = Self.enhanced(in: line).map { line.dropFirst($0.count) } ?? line
            let text = rest.drop { $0 == " " }.unicodeScalars.prefix(400)
            return String(String.UnicodeScalarView(text.map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
        }.joined(separator: "\n")
    }

    /// The enhanced code of the first line, when its class is the code's: RFC 2034 §4.
    package var enhanced: String? {
        guard let first = lines.first, let enhanced = Self.enhanced(in: first),
            enhanced.utf8.first == UInt8(ascii: "0") + UInt8(clamping: code / 100)
        else { return nil }
        return String(enhanced)
    }

    /// Whether it is about this session and not about the mail: the client is not told what it can't mend.
    package var isAboutSession: Bool {
        switch code {
        case 421, 500, 502, 503, 530, 534, 535, 538: true
        default: false
        }
    }

    /// The refusal that a client gets for one by the next server.
    package var refusal: Verdict {
        if isAboutSession || code < 400 { return .nextServerFails }
        return isTemporary
            ? .denySoft(words, code: code, enhanced: enhanced) : .deny(words, code: code, enhanced: enhanced)
    }

    private static func enhanced(in line: Substring) -> Substring? {
        let word = line.prefix { $0 != " " }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
            parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } })
        else { return nil }
        return word
    }
}

extension Verdict {
    /// The next server can't be used now, for reasons that are the log's.
    package static var nextServerFails: Verdict {
        .denySoft("The next server cannot take mail now, try later", code: 451, enhanced: "4.4.0")
    }
}
