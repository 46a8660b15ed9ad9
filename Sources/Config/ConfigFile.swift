public import System

/// One file as it was read.
public struct ConfigFile: Sendable {
    /// Below the directory: "smtp.ini", "tls/example.com.pem".
    public let name: String
    /// Where it lies in the file system.
    public let path: String
    /// As it is shown in messages: "config/smtp.ini".
    public let shownPath: String
    public let isShipped: Bool
    public let bytes: [UInt8]
    /// SHA-256 of the bytes.
    public let digest: String
    public let facts: FileFacts
    /// The content of an ini, json or yaml file that could be understood.
    let root: ConfigNode?
    /// nil when the bytes are no UTF-8.
    let text: String?
    /// The lines of a plain file that say something: no blank ones and no comments.
    let lines: [ConfigLine]
}

extension ConfigFile {
    /// Understands bytes by the type that the name tells, and says what is wrong with them.
    static func parse(
        name: String,
        path: String,
        shownPath: String,
        isShipped: Bool,
        bytes: [UInt8],
        facts: FileFacts
    ) -> (file: ConfigFile, problems: [Problem]) {
        var problems: [Problem] = []
        let type = FileType(name: name)
        let text = type == .binary ? nil : self.text(of: bytes)
        var root: ConfigNode?
        if type != .binary, text == nil {
            // A plain file may be an image for a bounce message: nobody may ever read it as text.
            let severity: Problem.Severity = type == .plain ? .warning : .error
            let message = "this line is no valid UTF-8 text"
            problems = [Problem(severity, file: shownPath, line: invalidLine(in: bytes), message: message)]
        } else if let text {
            (root, problems) = understand(text, type, shownPath, isShipped)
        }
        if !isShipped, [".js", ".hjson"].contains(where: name.hasSuffix) {
            let message = "files of this type are not read"
            problems = [Problem(.warning, file: shownPath, message: message, fix: "write it as .yaml or .json")]
        }
        let file = ConfigFile(
            name: name,
            path: path,
            shownPath: shownPath,
            isShipped: isShipped,
            bytes: bytes,
            digest: SHA256.hash(of: bytes),
            facts: facts,
            root: root,
            text: text,
            lines: type == .plain ? lines(of: text ?? "", shownPath, isShipped) : []
        )
        return (file, problems)
    }

    private static func understand(
        _ text: String,
        _ type: FileType,
        _ path: String,
        _ isShipped: Bool
    ) -> (ConfigNode?, [Problem]) {
        do throws(JSONReader.Fault) {
            switch type {
            case .ini:
                let (root, problems) = INIReader.read(text, path: path, isShipped: isShipped)
                return (ConfigNode(.section(root), at: Origin(path: path, line: 1, isShipped: isShipped)), problems)
            case .json: return (try JSONReader.read(text, path: path, isShipped: isShipped), [])
            case .yaml: return (try YAMLReader.read(text, path: path, isShipped: isShipped), [])
            case .binary, .plain: return (nil, [])
            }
        } catch {
            return (nil, [Problem(.error, file: path, line: error.line, message: error.message)])
        }
    }

    private static func text(of bytes: [UInt8]) -> String? {
        // Some editors begin a file with a byte order mark; it is no part of the first key.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return String(validating: bytes, as: UTF8.self)
    }

    private static func invalidLine(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }

    private static func lines(of text: String, _ shownPath: String, _ isShipped: Bool) -> [ConfigLine] {
        TextLines(text).compactMap { number, line in
            let trimmed = TextLines.trimmed(line)
            if trimmed.isEmpty || TextLines.isComment(line) { return nil }
            return ConfigLine(
                text: String(trimmed),
                origin: Origin(path: shownPath, line: number, isShipped: isShipped)
            )
        }
    }
}
