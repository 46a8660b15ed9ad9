/// A place in a ``TokenRegistry`` and how far its tokens have counted.
struct Seat: Sendable {
    let index: Int
    private(set) var generation: UInt64

    init(index: Int, generation: UInt64) {
        self.index = index
        self.generation = generation
    }

    /// A token that was never handed out before.
    mutating func next(_ kind: Token.Kind) -> UInt64 {
        generation += 1
        precondition(generation < Token.generationLimit, "a seat is retired before its count ends")
        return Token.make(kind, index: index, generation: generation)
    }
}
