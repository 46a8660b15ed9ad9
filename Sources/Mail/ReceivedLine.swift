/// The trace field that this server puts on top of every message: RFC 5321 §4.4.
///
/// Whatever its parts hold, what comes out follows the grammar: the peer chooses its HELO text and the owner of an
/// address its reverse name, and both stand in a header that later hops and filters trust.
public struct ReceivedLine: Sendable, Equatable {
    /// The argument of HELO or EHLO.
    public var helloHost: String
    /// The reverse name of the peer's address, if it has one.
    public var remoteHost: String?
    /// The peer's address without brackets, "192.0.2.7" or "2001:db8::1"; nil on a unix socket.
    public var remoteIP: String?
    /// This server's name.
    public var hostname: String
    /// Shown behind the product's name; nil hides it.
    public var version: String?
    public var transport: Transport
    /// The transaction's id, as logs show it.
    public var id: String
    /// Named only where it is the only one: to name one of several would tell it to the others. RFC 5321 §7.2
    public var onlyRecipient: Address?
    public var date: MailDate

    public init(
        helloHost: String,
        remoteHost: String?,
        remoteIP: String?,
        hostname: String,
        version: String?,
        transport: Transport,
        id: String,
        onlyRecipient: Address?,
        date: MailDate
    ) {
        self.helloHost = helloHost
        self.remoteHost = remoteHost
        self.remoteIP = remoteIP
        self.hostname = hostname
        self.version = version
        self.transport = transport
        self.id = id
        self.onlyRecipient = onlyRecipient
        self.date = date
    }

    /// The field with its CRLF.
    public var bytes: [UInt8] { Array(text.utf8) }

    private var text: String {
        let product = version.map { "Haraka/\(Self.word($0))" } ?? "Haraka"
        var text = "Received: from \(Self.host(helloHost))\(tcpInfo)\r\n\tby \(Self.host(hostname)) (\(product))"
        text += " with \(transport.keyword) id \(identifier)"
        // `for` needs a mailbox, and <postmaster> alone is none.
        if let onlyRecipient, !onlyRecipient.domain.isEmpty { text += "\r\n\tfor <\(onlyRecipient.text)>" }
        return text + "; \(date.text)\r\n"
    }

    /// What the grammar calls `TCP-info`.
    private var tcpInfo: String {
        guard let remoteIP else { return "" }
        let literal = "[\(remoteIP.utf8.contains(UInt8(ascii: ":")) ? "IPv6:" : "")\(remoteIP)]"
        guard Self.isLiteral(literal) else { return "" }
        return remoteHost.map { " (\(Self.host($0)) \(literal))" } ?? " (\(literal))"
    }

    /// An atom as it is; one with dots becomes a `msg-id`, since RFC 5321 allows nothing else.
    private var identifier: String {
        if !id.isEmpty, id.utf8.allSatisfy(ByteSet.atext.contains) { return id }
        if !id.isEmpty, id.utf8.allSatisfy({ $0 < 0x80 }), AddressGrammar.isDotString(id) {
            return "<\(id)@\(Self.host(hostname))>"
        }
        return String(
            decoding: Self.word(id).utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 },
            as: UTF8.self
        )
    }
}

extension ReceivedLine {
    /// A domain or an address literal as it is; anything else with its forbidden characters made hyphens.
    private static func host(_ text: String) -> String {
        if isLiteral(text) { return text }
        var labels: [String] = []
        for label in text.utf8.split(separator: UInt8(ascii: ".")) {
            let legal = label.map { ByteSet.domain.contains($0) ? $0 : UInt8(ascii: "-") }
            let trimmed = legal.drop { $0 == UInt8(ascii: "-") }.prefix(63)
            let end = trimmed.lastIndex { $0 != UInt8(ascii: "-") }
            guard let end else { continue }
            labels.append(String(decoding: trimmed[...end], as: UTF8.self))
        }
        var host = ""
        for label in labels where host.utf8.count + label.utf8.count < AddressGrammar.domainLimit {
            host += host.isEmpty ? label : ".\(label)"
        }
        return host.isEmpty ? "unknown" : host
    }

    private static func isLiteral(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "[") else { return false }
        let bytes = Array(text.utf8)
        var end = 0
        return (try? AddressLiteral.text(in: bytes.span, at: &end)) != nil && end == bytes.count
    }

    /// An atom with dots, at most 64 characters.
    private static func word(_ text: String) -> String {
        let dot = UInt8(ascii: ".")
        let legal = text.utf8.prefix(64).map { ByteSet.atext.contains($0) || $0 == dot ? $0 : UInt8(ascii: "-") }
        return legal.isEmpty ? "unknown" : String(decoding: legal, as: UTF8.self)
    }
}
