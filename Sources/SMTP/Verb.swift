internal import Mail

/// The commands that the session itself knows: RFC 5321 §4.1 and the extensions' own.
enum Verb: Equatable {
    case helo, ehlo, mail, rcpt, data, rset, noop, quit, vrfy, help
    /// RFC 2033
    case lhlo
    /// RFC 3207
    case starttls
    /// RFC 4954
    case auth
    /// RFC 3030
    case bdat

    /// The verb at the front of a line; nil for any other.
    init?(_ line: Span<UInt8>) {
        guard line.count >= 4 else { return nil }
        var letters: UInt32 = 0
        for index in 0..<4 { letters = letters << 8 | UInt32(line[index].uppercased) }
        guard line.count == 4 || line[4] == UInt8(ascii: " ") else {
            guard letters == 0x5354_4152, Self.isStartTLS(line) else { return nil }
            self = .starttls
            return
        }
        switch letters {
        case 0x4845_4C4F: self = .helo
        case 0x4548_4C4F: self = .ehlo
        case 0x4D41_494C: self = .mail
        case 0x5243_5054: self = .rcpt
        case 0x4441_5441: self = .data
        case 0x5253_4554: self = .rset
        case 0x4E4F_4F50: self = .noop
        case 0x5155_4954: self = .quit
        case 0x5652_4659: self = .vrfy
        case 0x4845_4C50: self = .help
        case 0x4C48_4C4F: self = .lhlo
        case 0x4155_5448: self = .auth
        case 0x4244_4154: self = .bdat
        default: return nil
        }
    }

    private static func isStartTLS(_ line: Span<UInt8>) -> Bool {
        guard line.count == 8 || (line.count > 8 && line[8] == UInt8(ascii: " ")) else { return false }
        return line.holds("STARTTLS", at: 0..<8)
    }

    /// Whether its line may have parameters or an address in UTF-8, and so be longer.
    var takesParameters: Bool { self == .mail || self == .rcpt || self == .vrfy }

    /// Whether a server that wants TLS hears it without: RFC 3207 §4.
    var isHeardInTheClear: Bool {
        self == .noop || self == .ehlo || self == .lhlo || self == .starttls || self == .quit
    }
}
