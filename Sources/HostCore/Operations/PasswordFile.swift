internal import SMTP
internal import System

/// `config/auth_flat_file.ini` of a service directory, as `haraka passwd` changes it.
public struct PasswordFile {
    /// What is kept of a password.
    public enum Kind: String, CaseIterable, Sendable {
        /// A verifier of SCRAM-SHA-256, with which nobody can log in.
        case scram
        /// A string of crypt(3): for PLAIN and LOGIN only.
        case crypt
        /// The password itself, which CRAM-MD5 needs.
        case clear
    }

    private let directory: String
    /// Without links: a replaced link would leave the file behind it as it was.
    private let path: String

    public init(directory: String) throws(StartError) {
        guard Folder.exists("\(directory)/config") else {
            throw StartError("\(directory) is no service directory: it has no config/.")
        }
        self.directory = directory
        let written = "\(directory)/config/auth_flat_file.ini"
        path = (try? Files.canonical(written)) ?? written
    }

    /// Gives a user a password, in a line of its own; every other line stays as it is.
    ///
    /// The file is replaced as a whole and durably, and only its owner and the server's group can read it.
    ///
    /// - Returns: a sentence about what was done.
    public func set(_ user: String, password: [UInt8], kind: Kind) throws(StartError) -> String {
        try Self.check(user)
        let value = try PasswordValue.made(of: password, kind, OpenSSLCryptography())
        do {
            let old = try read()
            let (bytes, wasThere) = UserLines.setting(user, to: value, in: old?.bytes ?? Array(Self.header.utf8))
            try write(bytes, old?.facts)
            return "\(user) \(wasThere ? "has a new password" : "is a new user") in \(path)"
        } catch { throw StartError("\(path) can't be changed: \(error)") }
    }

    private static let header = """
        ; Users of auth/flat_file and their passwords; haraka passwd writes them. haraka -h plugins/auth.flat_file
        [users]

        """

    /// What a key of an ini file can be, and what a client can send: SASLprep's control characters are refused.
    private static func check(_ user: String) throws(StartError) {
        guard (1...320).contains(user.utf8.count) else { throw StartError("A user's name has 1 to 320 bytes.") }
        let isPlain = user.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: false
            default: scalar != "="
            }
        }
        guard isPlain, !["[", ";", "#"].contains(user.prefix(1)), !user.hasSuffix("[]"), !user.hasSuffix("\\") else {
            throw StartError(
                "A user's name has no blanks, control characters or '=', doesn't begin with '[', ';' or '#' "
                    + "and doesn't end with '[]' or '\\'."
            )
        }
    }

    private func read() throws(SystemError) -> (bytes: [UInt8], facts: FileFacts)? {
        do throws(SystemError) {
            let file = try FileDescriptor.open(path)
            return (try file.readAll(limit: 16 << 20), try file.facts())
        } catch  where error.isMissing {
            return nil
        }
    }

    /// Beside it, fsync, rename, fsync of the folder; its owner and group are right before it has its name.
    private func write(_ bytes: [UInt8], _ old: FileFacts?) throws(SystemError) {
        let (folder, name) = Files.split(path)
        let place = try FileDescriptor.open(folder, [.directory])
        let fresh = try place.makeUnique(prefix: ".\(name).", mode: 0o600)
        do throws(SystemError) {
            try fresh.file.writeAll(bytes)
            try own(fresh.file, old)
            try fresh.file.changeMode(0o640)
            try fresh.file.synchronize()
            try place.rename(fresh.name, to: name)
        } catch {
            try? place.unlink(fresh.name)
            throw error
        }
        try place.synchronize()
    }

    /// The owner stays, and the group is one in which the server can read it.
    private func own(_ file: borrowing FileDescriptor, _ old: FileFacts?) throws(SystemError) {
        guard Privileges.isRoot else {
            // Only a member of the old group may give it; else it stays the writer's own.
            if let old { try? file.changeOwner(user: nil, group: old.gid) }
            return
        }
        let group = old.flatMap { $0.gid == 0 ? nil : $0.gid } ?? serverGroup
        try file.changeOwner(user: old?.uid ?? 0, group: group)
    }

    /// The group of the account that the server becomes; nil where there is none.
    private var serverGroup: UInt32? {
        let installation = try? Installation.locate()
        let found = installation.flatMap { try? Configuration.examine(directory, $0, strict: false).0?.settings }
        guard let account = try? ServiceAccount.configured(user: found?.user, group: found?.group) else { return nil }
        if let name = account.group, let group = try? AccountGroup.named(name) { return group.gid }
        return account.user?.gid
    }
}
