internal import System

/// A service directory in the making: what `haraka -i DIR` creates.
public struct ServiceDirectory {
    public let path: String
    private let installation: Installation
    private let overwrites: Bool

    public init(path: String, installation: Installation, overwrites: Bool) {
        self.path = path
        self.installation = installation
        self.overwrites = overwrites
    }

    /// Creates it; nothing that is there is overwritten unless it was asked for.
    ///
    /// - Returns: the paths that were created, in order.
    public func create() throws -> [String] {
        let account = try ServiceAccount.configured(user: nil, group: nil)
        let hostname = Hostname.current.isEmpty ? "localhost" : Hostname.current
        var created: [String] = []
        var made: [String] = []
        for folder in ["config", "plugins", "docs", "log", "mail", "state"] {
            if !Folder.exists("\(path)/\(folder)") { made.append(folder) }
            try Files.makeDirectory("\(path)/\(folder)", mode: folder == "state" || folder == "mail" ? 0o700 : 0o755)
        }
        for (name, bytes) in try files(hostname: hostname) where try write(name, bytes) { created.append(name) }
        // A mail/ that was there may be the account's: root makes nothing in it, for it may lead anywhere.
        if made.contains("mail") || !Privileges.isRoot {
            for user in mailboxes() { try makeMailbox(user) }
        }
        try give(made, account)
        return created
    }

    /// Users that get a mailbox: postmaster (RFC 5321 §4.5.1) and whoever runs the command.
    private func mailboxes() -> [String] {
        let invoking = Environment.value("SUDO_USER") ?? (try? Account.numbered(Privileges.effectiveUser))?.name
        guard let invoking, invoking.utf8.allSatisfy(Self.isPlain), invoking.lowercased() != "postmaster" else {
            return ["postmaster"]
        }
        return ["postmaster", invoking.lowercased()]
    }

    /// Letters that a Maildir's folder keeps as they are.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private func files(hostname: String) throws -> [(String, [UInt8])] {
        var files: [(String, [UInt8])] = [
            ("config/me", Array("\(hostname)\n".utf8)),
            ("config/host_list", Array("# Domains whose mail is ours, one a line.\n\(hostname)\n".utf8)),
            ("README", Array(Self.readme.utf8)),
        ]
        for name in [
            "smtp.ini", "connection.ini", "tls.ini", "auth.ini", "log.ini", "outbound.ini", "outbound.routes.ini",
            "dns.ini", "plugins", "plugins.ini",
        ] {
            files.append(("config/\(name)", try Files.read(installation.shippedConfig[0] + "/\(name)")))
        }
        for folder in installation.shippedConfig.dropFirst() {
            if let bytes = try? Files.read(folder + "/maildir.ini") { files.append(("config/maildir.ini", bytes)) }
        }
        return files.map { $0.0 == "config/log.ini" ? ($0.0, Self.loggingToFile($0.1)) : $0 }
    }

    private static let freshLog = ["; file=": "file=log/haraka.log", "; timestamps=false": "timestamps=true"]

    /// A fresh directory keeps its log, so that `haraka log` has something to read.
    private static func loggingToFile(_ bytes: [UInt8]) -> [UInt8] {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return Array(lines.map { freshLog[String($0)] ?? String($0) }.joined(separator: "\n").utf8)
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> Bool {
        let file = "\(path)/\(name)"
        guard overwrites || !Folder.exists(file) else { return false }
        try Files.replace(file, with: bytes, mode: 0o644)
        return true
    }

    private func makeMailbox(_ user: String) throws {
        for part in ["", "/tmp", "/new", "/cur"] { try Files.makeDirectory("\(path)/mail/\(user)\(part)", mode: 0o700) }
    }

    /// What the server writes belongs to the account that it runs as, as far as this run has made it.
    private func give(_ made: [String], _ account: ServiceAccount) throws {
        guard Privileges.isRoot, let user = account.user else { return }
        let here = try FileDescriptor.open(path, [.directory])
        for folder in ["log", "mail", "state"] where made.contains(folder) {
            try Self.give(folder, in: here, user)
        }
    }

    /// What is in a folder first: until then nobody but root can change it.
    private static func give(_ name: String, in parent: borrowing FileDescriptor, _ user: Account) throws {
        let folder = try parent.open(name, [.directory, .noFollow])
        for entry in try folder.entries() where entry.kind == .directory { try give(entry.name, in: folder, user) }
        try folder.changeOwner(user: user.uid, group: user.gid)
    }

    private static let readme = """
        A service directory of Haraka.

          haraka -c DIR          serves it
          haraka check -c DIR    tells what is wrong with it
          haraka status -c DIR   tells what the running server does with it

        config/    settings; haraka -h Config explains them
        plugins/   your own plugins (.so files)
        mail/      Maildirs, one for each mailbox
        log/       the log; haraka log ID|ADDRESS|IP -c DIR finds a life in it
        state/     what the server keeps for itself

        """
}
