/// How the 64 bits of a token are used: 40 that count up, 21 that say which seat, 3 that say what it stands for.
///
/// A seat's count goes on from holder to holder and the seat is retired before the count ends, so no token comes twice.
enum Token {
    enum Kind: UInt64 {
        case call = 1
        case session = 2
        case transaction = 3
        case timer = 4
        case connection = 5
    }

    static let indexBits: UInt64 = 21
    private static let kindBits: UInt64 = 3
    static let generationLimit: UInt64 = 1 << 40

    static func make(_ kind: Kind, index: Int, generation: UInt64) -> UInt64 {
        generation << (indexBits + kindBits) | UInt64(index) << kindBits | kind.rawValue
    }

    static func kind(of token: UInt64) -> Kind? { Kind(rawValue: token & (1 << kindBits - 1)) }
    static func index(of token: UInt64) -> Int { Int(token >> kindBits & (1 << indexBits - 1)) }
}
