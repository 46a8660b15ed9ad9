import System

extension ConfigSnapshot {
    /// Files of the live directory whose mode gives a secret away or lets anybody change the server, each with the
    /// command that mends it.
    public func permissionProblems() -> [Problem] {
        files.values.sorted { $0.name < $1.name }.flatMap { file -> [Problem] in
            var problems: [Problem] = []
            if file.facts.mode & 0o002 != 0 {
                problems.append(
                    Problem(
                        .error,
                        file: file.shownPath,
                        message: "every user of this machine may change this file",
                        fix: "run: chmod o-w \(ShellWord.of(file.path))"
                    )
                )
            }
            if file.facts.mode & 0o004 != 0, Self.isSecret(file) {
                problems.append(
                    Problem(
                        .warning,
                        file: file.shownPath,
                        message: "every user of this machine may read this secret",
                        fix: "run: chmod o-rwx \(ShellWord.of(file.path))"
                    )
                )
            }
            return problems
        }
    }

    /// Whether a key of an .ini file, as routes and back ends have it, holds a password.
    private static func hasPassword(_ file: ConfigFile) -> Bool {
        guard file.name.hasSuffix(".ini") else { return false }
        return file.bytes.split(separator: 0x0A).contains { line in
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1).map {
                String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
            }
            return parts.count == 2 && !parts[1].isEmpty && ["password", "auth_pass", "pass"].contains(parts[0])
        }
    }

    private static func isSecret(_ file: ConfigFile) -> Bool {
        let name = (file.name.split(separator: "/").last ?? "").lowercased()
        if ["internalcmd_key", "auth_flat_file.ini"].contains(name) || name.hasSuffix(".key") { return true }
        if ["password", "passwd", "secret"].contains(where: name.contains) { return true }
        if hasPassword(file) { return true }
        // RFC 7468: every kind of private key is labelled so.
        let label = Array("PRIVATE KEY-----".utf8)
        return file.bytes.split(separator: 0x0A).contains { line in
            line.starts(with: "-----BEGIN".utf8) && line.filter { $0 != 0x0D }.suffix(label.count).elementsEqual(label)
        }
    }
}
