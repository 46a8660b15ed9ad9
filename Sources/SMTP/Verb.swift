internal import Mail

/// The commands that the session itself knows: RFC 5321 §4.1.
enum Verb: Equatable {
    case helo, ehlo, mail, rcpt, data, rset, noop, quit, vrfy, help

    /// The verb at the front of a line; nil for any other.
    init?(_ line: Span<UInt8>) {
        guard line.count >= 4, line.count == 4 || line[4] == UInt8(ascii: " ") else { return nil }
        var letters: UInt32 = 0
        for index in 0..<4 { letters = letters << 8 | UInt32(line[index].uppercased) }
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
        default: return nil
        }
    }

    /// Whether its line may have parameters, and so be longer.
    var takesParameters: Bool { self == .mail || self == .rcpt }
}
