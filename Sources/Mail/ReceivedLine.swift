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
        output.append(text: "Received: from ")
        HostText.append(helloHost, to: &output)
        appendTCPInfo(to: &output)
        output.append(text: "\r\n\tby ")
        HostText.append(hostname, to: &output)
        output.append(text: " (Haraka")
        if let version {
            output.append(UInt8(ascii: "/"))
            output.append(contentsOf: Self.word(version, keepingDots: true))
        }
        output.append(text: ") with ")
        output.append(text: transport.keyword)
        output.append(text: " id ")
        appendIdentifier(to: &output)
        // `for` needs a mailbox, and <postmaster> alone is none. One beyond ASCII, as a plugin may give it, stands in
        // internationalized mail only (RFC 6531 §3.7.3).
        if let onlyRecipient, !onlyRecipient.domain.isEmpty, transport.isUTF8 || onlyRecipient.isASCII {
            output.append(text: "\r\n\tfor <")
            output.append(text: onlyRecipient.text)
            output.append(UInt8(ascii: ">"))
        }
        output.append(text: "; ")
        date.append(to: &output)
        output.append(text: "\r\n")
    }

    /// What the grammar calls `TCP-info`.
    private func appendTCPInfo(to output: inout [UInt8]) {
        guard let remoteIP else { return }
        let isIPv4 = AddressLiteral.isIPv4(remoteIP.utf8.span)
        guard isIPv4 || AddressLiteral.isIPv6(remoteIP.utf8.span) else { return }
        output.append(text: " (")
        if let remoteHost {
            HostText.append(remoteHost, to: &output)
            output.append(UInt8(ascii: " "))
        }
        output.append(text: isIPv4 ? "[" : "[IPv6:")
        output.append(text: remoteIP)
        output.append(text: "])")
    }

    /// An atom as it is; one with dots becomes a `msg-id`, since RFC 5321 allows nothing else.
    private func appendIdentifier(to output: inout [UInt8]) {
        switch Self.shape(of: id.utf8.span) {
        case .atom: output.append(text: id)
        case .dotAtom:
            output.append(UInt8(ascii: "<"))
            output.append(text: id)
            output.append(UInt8(ascii: "@"))
            HostText.append(hostname, to: &output)
            output.append(UInt8(ascii: ">"))
        case .neither: output.append(contentsOf: Self.word(id, keepingDots: false))
        }
    }

    private enum Shape { case atom, dotAtom, neither }

    /// Which of RFC 5322's forms (§3.2.3) an id has.
    private static func shape(of id: Span<UInt8>) -> Shape {
        let dot = UInt8(ascii: ".")
        // With two host names beside it the line has to stay below 998 characters.
        guard id.count <= 64 else { return .neither }
        var shape = Shape.atom
        var previous = dot
        for index in id.indices {
            let byte = id[index]
            if byte == dot {
                guard previous != dot else { return .neither }
                shape = .dotAtom
            } else if !ByteSet.atext.contains(byte) {
                return .neither
            }
            previous = byte
        }
        return previous == dot ? .neither : shape
    }

    /// An atom of at most 64 characters.
    private static func word(_ text: String, keepingDots: Bool) -> [UInt8] {
        let legal = text.utf8.prefix(64).map { byte in
            ByteSet.atext.contains(byte) || (keepingDots && byte == UInt8(ascii: ".")) ? byte : UInt8(ascii: "-")
        }
        return legal.isEmpty ? Array("unknown".utf8) : legal
    }
}
