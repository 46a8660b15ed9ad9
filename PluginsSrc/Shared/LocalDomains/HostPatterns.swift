import _StringProcessing

/// The lines of `host_list_regex`: patterns for domains and, where a line has an `@`, for whole addresses.
struct HostPatterns: @unchecked Sendable {
    // Regex is not Sendable. These are made once and only read; the program that a Regex compiles at its first match is
    // published atomically by the library, and `init` has asked for it before any other thread can see it.
    private let domains: [Regex<AnyRegexOutput>]
    private let addresses: [Regex<AnyRegexOutput>]

    /// Compiles the lines; throws the first that is no regular expression.
    init(_ lines: [String]) throws(BadPattern) {
        var domains: [Regex<AnyRegexOutput>] = []
        var addresses: [Regex<AnyRegexOutput>] = []
        for line in lines {
            if line.contains("@") {
                addresses.append(try Self.compiled(line))
            } else {
                domains.append(try Self.compiled(line))
            }
        }
        self.domains = domains
        self.addresses = addresses
    }

    /// A line that is no regular expression, and what is wrong with it.
    struct BadPattern: Error, Equatable {
        let line: String
        let reason: String
    }

    var isEmpty: Bool { domains.isEmpty && addresses.isEmpty }

    /// Whether a pattern describes all of the domain, or one with an `@` all of the address.
    func match(domain: String, address: String) -> Bool {
        domains.contains { Self.describes($0, domain) } || addresses.contains { Self.describes($0, address) }
    }

    private static func describes(_ pattern: Regex<AnyRegexOutput>, _ text: String) -> Bool {
        (try? pattern.wholeMatch(in: text)) ?? nil != nil
    }

    private static func compiled(_ line: String) throws(BadPattern) -> Regex<AnyRegexOutput> {
        do {
            // Bytes of a domain are not characters that a reader sees: a combining mark stays a scalar of its own.
            let regex = try Regex(line).ignoresCase().matchingSemantics(.unicodeScalar)
            _ = try regex.wholeMatch(in: "a")
            return regex
        } catch {
            throw BadPattern(line: line, reason: String(describing: error))
        }
    }
}
