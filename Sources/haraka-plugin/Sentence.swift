/// A failure that the user can act on, in one clear sentence.
struct Sentence: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
