/// What is wrong with a command, in words for whoever sent it.
struct Malformed: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
