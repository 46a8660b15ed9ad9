import SMTP
import System
import Testing

@testable import HostCore

@Suite struct PasswordFileTests {
    private static let name = "config/auth_flat_file.ini"

    private func set(
        _ folders: Folders,
        _ user: String = "ada@example.org",
        _ password: String = "pencil",
        _ kind: PasswordFile.Kind = .scram
    ) throws -> String {
        try PasswordFile(directory: folders.path).set(user, password: Array(password.utf8), kind: kind)
    }

    private func value(_ folders: Folders) throws -> String {
        let line = try folders.read(Self.name).split(separator: "\n").last { $0.hasPrefix("ada@example.org=") }
        return String(try #require(line).dropFirst("ada@example.org=".count))
    }

    @Test("a verifier is written that knows the password, each time with another salt")
    func scram() throws {
        let folders = try Folders()
        #expect(try set(folders).hasPrefix("ada@example.org is a new user in "))
        let first = try #require(SCRAMVerifier(try value(folders)))
        #expect(first.iterations == 4096 && first.salt.count == 16)
        let again = SCRAMVerifier(
            password: Array("pencil".utf8),
            salt: first.salt,
            iterations: 4096,
            cryptography: OpenSSLCryptography()
        )
        #expect(again == first)
        #expect(try set(folders).hasPrefix("ada@example.org has a new password in "))
        #expect(try #require(SCRAMVerifier(try value(folders))).salt != first.salt)
        #expect(try folders.mode(Self.name) == 0o640)
    }

    @Test("the cryptography is that of RFC 7677 and RFC 4231")
    func vectors() throws {
        let salt = try #require(Base64.decode(Array("W22ZaJ0SNY7soEsUEjb6gQ==".utf8).span) as [UInt8]?)
        let verifier = SCRAMVerifier(
            password: Array("pencil".utf8),
            salt: salt,
            iterations: 4096,
            cryptography: OpenSSLCryptography()
        )
        let text =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
            + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        #expect(verifier.text == text)
        let code = OpenSSLCryptography().hmacSHA256(
            key: [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        )
        #expect(code.prefix(8) == [0x60, 0xE4, 0x31, 0x59, 0x1E, 0xE0, 0xB6, 0x7F])
    }

    @Test("a crypt string is yescrypt's, and a clear password is itself")
    func otherKinds() throws {
        let folders = try Folders()
        _ = try set(folders, "ada@example.org", "pencil", .crypt)
        #expect(try value(folders).hasPrefix("$y$j9T$"))
        _ = try set(folders, "ada@example.org", "pen;cil #1 =x", .clear)
        #expect(try value(folders) == "pen;cil #1 =x")
    }

    @Test("what others wrote stays, and a link's own file is changed")
    func keeps() throws {
        let folders = try Folders(["elsewhere/users.ini": "; mine\n[core]\nmethods=PLAIN\n[users]\nbob=x\n"])
        try Files.makeLink("\(folders.path)/\(Self.name)", to: "../elsewhere/users.ini")
        _ = try set(folders, "ada@example.org", "pencil", .clear)
        let text = "; mine\n[core]\nmethods=PLAIN\n[users]\nbob=x\nada@example.org=pencil\n"
        #expect(try folders.read("elsewhere/users.ini") == text)
        #expect(try FileFacts.of("\(folders.path)/\(Self.name)", followingLinks: false).kind == .symbolicLink)
        #expect(
            try FileDescriptor.open("\(folders.path)/elsewhere", [.directory]).entries().map(\.name) == ["users.ini"]
        )
    }

    @Test(
        "a name that the file or a client can't have is refused, and nothing is written",
        arguments: ["", "a b", "a=b", ";a", "#a", "[a", "a[]", "a\\", "a\nb", "a\u{0}", "a\u{200b}b", "a\u{a0}b"]
    )
    func names(user: String) throws {
        let folders = try Folders()
        #expect(throws: StartError.self) { try set(folders, user) }
        #expect(!folders.exists(Self.name))
    }

    @Test(
        "a password that can't be kept is refused, with words that don't hold it",
        arguments: [
            ("", PasswordFile.Kind.scram), ("hunter2\n", .scram), ("hunter2\u{0}", .crypt), (" hunter2", .clear),
            ("hunter2 ", .clear), ("hunter2\\", .clear), ("$hunter2", .clear), ("SCRAM-SHA-256$hunter2", .clear),
            (String(repeating: "hunter2", count: 69), .clear), (String(repeating: "hunter2", count: 147), .scram),
        ]
    )
    func passwords(password: String, kind: PasswordFile.Kind) throws {
        let folders = try Folders()
        let error = #expect(throws: StartError.self) { try set(folders, "ada", password, kind) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(!folders.exists(Self.name))
    }

    @Test("a folder that is no service directory is told so")
    func noService() throws {
        let folders = try Folders()
        #expect(throws: StartError("\(folders.path)/x is no service directory: it has no config/.")) {
            _ = try PasswordFile(directory: "\(folders.path)/x")
        }
    }
}
