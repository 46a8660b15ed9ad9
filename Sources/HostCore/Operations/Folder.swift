internal import System

/// A folder's names, where one that is missing or unreadable counts as empty.
enum Folder {
    static func names(_ path: String) -> [String] {
        guard let folder = try? FileDescriptor.open(path), let entries = try? folder.entries() else { return [] }
        return entries.map(\.name)
    }

    static func exists(_ path: String) -> Bool { (try? FileFacts.of(path)) != nil }
}
