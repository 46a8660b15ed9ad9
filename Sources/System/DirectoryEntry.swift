/// One name in a folder.
public struct DirectoryEntry: Equatable, Sendable {
    public let name: String
    /// Of the name itself: a link is a link.
    public let kind: FileFacts.Kind

    public init(name: String, kind: FileFacts.Kind) {
        self.name = name
        self.kind = kind
    }
}
