/// A mailbox, or the null path of a bounce.
///
/// Two addresses are equal when their local parts are the same bytes and their domains the same name; only the local
/// part's own server may say more (RFC 5321 §2.4).
public struct Address: Sendable, Hashable {
    /// The part before the "@", quotes and backslashes taken off, its case as sent.
    public let local: String
    /// The part behind the "@", ASCII letters in lower case.
    ///
    /// "" for the null path and for the bare `postmaster`; an address literal keeps its brackets: "[192.0.2.1]",
    /// "[IPv6:2001:db8::1]".
    public let domain: String
    /// "user\@example.org", the local part quoted where the grammar needs it; "" for the null path.
    public let text: String

    /// The null path, `<>`: nobody wants an answer. RFC 5321 §4.5.5
    public static var null: Address { Address(provenLocal: "", domain: "") }

    init(provenLocal local: String, domain: String) {
        self.local = local
        self.domain = domain
        guard !domain.isEmpty else {
            text = local
            return
        }
        var text = AddressGrammar.isDotString(local) ? local : Self.quoted(local)
        text.reserveCapacity(text.utf8.count + domain.utf8.count + 1)
        text += "@"
        text += domain
        self.text = text
    }

    /// Whether this is the null path.
    public var isNull: Bool { local.isEmpty && domain.isEmpty }

    /// Whether both parts are ASCII, so that no SMTPUTF8 is needed.
    public var isASCII: Bool { local.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 } }

    /// RFC 5321 §4.1.2, `Quoted-string`.
    private static func quoted(_ local: String) -> String {
        var quoted = "\""
        for scalar in local.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

extension Address {
    // Byte for byte: Swift's own comparison of texts takes canonical equivalents for equal.
    public static func == (left: Address, right: Address) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension Address: CustomStringConvertible {
    /// The address in angle brackets, as SMTP writes it.
    public var description: String { "<\(text)>" }
}
