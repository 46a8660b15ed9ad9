/// What a domain says of the hosts that take its mail: a policy of MTA-STS, RFC 8461 §3.2.
public struct STSPolicy: Sendable, Equatable {
    public enum Mode: String, Sendable {
        /// Hosts that aren't proved get nothing.
        case enforce
        /// They get it all the same, and the domain hears of them.
        case testing
        /// There is no policy any more.
        case none
    }

    public let mode: Mode
    /// How long it counts from when it was fetched.
    public let maxAge: Duration
    /// Of hosts, in small letters: `mx.example.com`, or `*.example.com` for one label more.
    public let patterns: [String]
    /// Its lines as they came, for reports (RFC 8460 §4.4).
    public let lines: [String]

    /// About the bytes that it takes.
    var size: Int { (lines + patterns).reduce(0) { $0 + 32 + $1.utf8.count } }

    /// RFC 8461 §3.2: about a year.
    private static let longestAge = 31_557_600

    /// Reads a policy; lines end in LF or CRLF, and the last need not.
    public init(_ text: [UInt8]) throws(STSPolicyError) {
        var lines: [String] = []
        var patterns: [String] = []
        var values: [String: String] = [:]
        for line in try Self.split(text) {
            let (name, value) = try Self.field(line)
            lines.append(String(decoding: line, as: UTF8.self))
            if name == "mx" {
                patterns.append(try Self.pattern(value))
            } else if values[name] == nil {
                // Repeated fields count where they stand first.
                values[name] = value
            }
        }
        guard values["version"] == "STSv1" else { throw STSPolicyError("it isn't of version STSv1") }
        guard let mode = values["mode"].flatMap(Mode.init) else {
            throw STSPolicyError("its mode is neither enforce, testing nor none")
        }
        guard let age = values["max_age"], (1...10).contains(age.utf8.count),
            age.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(age)
        else { throw STSPolicyError("its max_age is no number of seconds") }
        guard mode == .none || !patterns.isEmpty else { throw STSPolicyError("it names no host") }
        maxAge = .seconds(min(seconds, Self.longestAge))
        (self.mode, self.patterns, self.lines) = (mode, patterns, lines)
    }

    private static func split(_ text: [UInt8]) throws(STSPolicyError) -> [ArraySlice<UInt8>] {
        guard String(validating: text, as: UTF8.self) != nil else { throw STSPolicyError("it isn't UTF-8") }
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }
    }

    /// `sts-policy-field`: a name, a colon, blanks perhaps, and the value.
    private static func field(_ line: ArraySlice<UInt8>) throws(STSPolicyError) -> (String, String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), (1...32).contains(colon - line.startIndex),
            NameBytes.isAlphanumeric(line[line.startIndex]), line[..<colon].allSatisfy(NameBytes.isOfField)
        else { throw STSPolicyError("a line of it is no field") }
        var value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard !value.isEmpty, value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw STSPolicyError("a field of it has no value, or one with control characters")
        }
        return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func pattern(_ value: String) throws(STSPolicyError) -> String {
        let bytes = Array(value.utf8)
        guard NameBytes.isDomain(bytes.starts(with: "*.".utf8) ? bytes.dropFirst(2) : bytes[...]) else {
            throw STSPolicyError("a host of it is none")
        }
        return value.lowercased()
    }
}

extension STSPolicy {
    /// Whether a host, in small letters and without a dot at its end, is one of those that it names: RFC 8461 §4.1.
    public func names(_ host: String) -> Bool {
        patterns.contains { pattern in
            guard pattern.hasPrefix("*.") else { return pattern == host }
            // The asterisk is for the leftmost label, whole and alone.
            guard let dot = host.utf8.firstIndex(of: UInt8(ascii: ".")), dot > host.startIndex else { return false }
            return host[dot...] == pattern.dropFirst()
        }
    }
}
