/// One line of a plain file.
public struct ConfigLine: Equatable, Sendable {
    /// Without blanks around it.
    public let text: String
    public let origin: Origin

    public init(text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }
}
