extension Address {
    /// Reads an address that somebody wrote: `user@example.org`, with or without angle brackets.
    ///
    /// The grammar is RFC 5321 §4.1.2 with RFC 6531 §3.3; a source route is dropped (RFC 5321 appendix F.2).
    public init(
        parsing text: String,
        allowing syntax: Syntax = [.utf8, .postmaster]
    ) throws(AddressError) {
        let bytes = Array(text.utf8)
        let span = bytes.span
        var end = 0
        if span.isEmpty {
            guard syntax.contains(.null) else { throw .empty }
            self = .null
        } else if span[0] == UInt8(ascii: "<") {
            try self.init(pathIn: span, at: &end, allowing: syntax)
        } else {
            try self.init(mailboxIn: span, at: &end, allowing: syntax)
        }
        guard end == span.count else { throw .malformedPath }
    }

    /// Makes an address of its parts, the local part without quotes.
    ///
    /// An empty domain is right for `postmaster` and, with an empty local part, for the null path.
    public init(local: String, domain: String) throws(AddressError) {
        guard !domain.isEmpty else {
            guard local.isEmpty || AddressGrammar.isPostmaster(local) else { throw .missingDomain }
            self.init(provenLocal: local, domain: "")
            return
        }
        for byte in local.utf8 where byte.isControl { throw .malformedLocal }
        guard local.utf8.count <= AddressGrammar.localLimit else { throw .localTooLong }
        guard AddressGrammar.areUnsuspicious(local) else { throw .badEncoding }
        let bytes = Array(domain.utf8)
        var end = 0
        let name = try AddressGrammar.domainOrLiteral(in: bytes.span, at: &end, allowing: [.utf8])
        guard end == bytes.count else { throw .malformedDomain }
        self.init(provenLocal: local, domain: name)
    }

    /// Reads the path that begins with the "<" at a place, and moves the place behind its ">".
    package init(
        pathIn line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Syntax
    ) throws(AddressError) {
        guard place < line.count, line[place] == UInt8(ascii: "<") else { throw .malformedPath }
        place += 1
        guard place < line.count else { throw .malformedPath }
        if line[place] == UInt8(ascii: ">") {
            guard syntax.contains(.null) else { throw .empty }
            self = .null
        } else {
            if line[place] == UInt8(ascii: "@") { try AddressGrammar.skipRoute(in: line, at: &place, allowing: syntax) }
            try self.init(mailboxIn: line, at: &place, allowing: syntax)
        }
        guard place < line.count, line[place] == UInt8(ascii: ">") else { throw .malformedPath }
        place += 1
    }

    /// Reads the mailbox that begins at a place, and moves the place behind it.
    package init(
        mailboxIn line: Span<UInt8>,
        at place: inout Int,
        allowing syntax: Syntax
    ) throws(AddressError) {
        let local = try AddressGrammar.localPart(in: line, at: &place, allowing: syntax)
        guard place < line.count, line[place] == UInt8(ascii: "@") else {
            guard syntax.contains(.postmaster), AddressGrammar.isPostmaster(local) else {
                throw place == line.count || line[place] == UInt8(ascii: ">") ? .missingDomain : .malformedLocal
            }
            self.init(provenLocal: local, domain: "")
            return
        }
        place += 1
        let domain = try AddressGrammar.domainOrLiteral(in: line, at: &place, allowing: syntax)
        self.init(provenLocal: local, domain: domain)
    }
}
