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
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(384)
        append(to: &output)
        return output
    }

    /// Writes the field with its CRLF.
    public func append(to output: inout [UInt8]) {
        output.append(contentsOf: "Received: from ".utf8)
        HostText.append(helloHost, to: &output)
        appendTCPInfo(to: &output)
        output.append(contentsOf: "\r\n\tby ".utf8)
        HostText.append(hostname, to: &output)
        output.append(contentsOf: " (Haraka".utf8)
        if let version {
            output.append(UInt8(ascii: "/"))
            output.append(contentsOf: Self.word(version, keepingDots: true))
        }
        output.append(contentsOf: ") with ".utf8)
        output.append(contentsOf: transport.keyword.utf8)
        output.append(contentsOf: " id ".utf8)
        appendIdentifier(to: &output)
        // `for` needs a mailbox, and <postmaster> alone is none.
        if let onlyRecipient, !onlyRecipient.domain.isEmpty {
            output.append(contentsOf: "\r\n\tfor <".utf8)
            output.append(contentsOf: onlyRecipient.text.utf8)
            output.append(UInt8(ascii: ">"))
        }
        output.append(contentsOf: "; ".utf8)
        date.append(to: &output)
        output.append(contentsOf: "\r\n".utf8)
    }

    /// What the grammar calls `TCP-info`.
    private func appendTCPInfo(to output: inout [UInt8]) {
        guard let remoteIP else { return }
        let isIPv4 = AddressLiteral.isIPv4(remoteIP.utf8.span)
        guard isIPv4 || AddressLiteral.isIPv6(remoteIP.utf8.span) else { return }
        output.append(contentsOf: " (".utf8)
        if let remoteHost {
            HostText.append(remoteHost, to: &output)
            output.append(UInt8(ascii: " "))
        }
        output.append(contentsOf: isIPv4 ? "[".utf8 : "[IPv6:".utf8)
        output.append(contentsOf: remoteIP.utf8)
        output.append(contentsOf: "])".utf8)
    }

    /// An atom as it is; one with dots becomes a `msg-id`, since RFC 5321 allows nothing else.
    private func appendIdentifier(to output: inout [UInt8]) {
        if !id.isEmpty, id.utf8.allSatisfy(ByteSet.atext.contains) {
            output.append(contentsOf: id.utf8)
        } else if !id.isEmpty, id.utf8.allSatisfy({ $0 < 0x80 }), AddressGrammar.isDotString(id) {
            output.append(UInt8(ascii: "<"))
            output.append(contentsOf: id.utf8)
            output.append(UInt8(ascii: "@"))
            HostText.append(hostname, to: &output)
            output.append(UInt8(ascii: ">"))
        } else {
            output.append(contentsOf: Self.word(id, keepingDots: false))
        }
    }

    /// An atom of at most 64 characters.
    private static func word(_ text: String, keepingDots: Bool) -> [UInt8] {
        let legal = text.utf8.prefix(64).map { byte in
            ByteSet.atext.contains(byte) || (keepingDots && byte == UInt8(ascii: ".")) ? byte : UInt8(ascii: "-")
        }
        return legal.isEmpty ? Array("unknown".utf8) : legal
    }
}
