/// A text as one word of a shell command, whatever is in it.
public enum ShellWord {
    public static func of(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/._-+@:,".utf8.contains(byte)
        }
        // What begins with a hyphen would be an option; quoted it still is, but whoever reads the command sees it.
        if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
