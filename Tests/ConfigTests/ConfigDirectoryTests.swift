import Config
import Support
import System
import Testing

struct ConfigDirectoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("listen=127.0.0.1:0\n", to: "config/smtp.ini")
    }

    private var directory: ConfigDirectory {
        ConfigDirectory(path: folder.path + "/config", shipped: [folder.path + "/one", folder.path + "/two"])
    }

    @Test func `The live directory wins over shipped ones, and an earlier one over a later one`() throws {
        try folder.write("[max]\na=1\nb=1\n", to: "two/smtp.ini")
        try folder.write("listen=x\n[max]\na=2\n", to: "one/smtp.ini")
        try folder.write("two", to: "two/me")
        try folder.write("one", to: "one/me")
        let snapshot = try directory.read()
        #expect(snapshot.problems == [])
        #expect(snapshot.json("smtp.ini") == #"{"main":{"listen":"127.0.0.1:0"},"max":{"a":"2","b":"1"}}"#)
        #expect(snapshot.value("me")?.text == "one")
        #expect(snapshot.document("smtp.ini")?.node("b", in: "max")?.origin.path == folder.path + "/two/smtp.ini")
    }

    @Test func `Folders are read, links are followed, and what editors leave is not`() throws {
        try folder.write("cert", to: "config/tls/example.com.pem")
        try folder.write("elsewhere", to: "shared/me")
        try Files.makeLink(folder.path + "/config/me", to: "../shared/me")
        try Files.makeLink(folder.path + "/config/loop", to: ".")
        for name in [".hidden", "a~", "#a#", "smtp.ini.swp", "x.dpkg-old"] {
            try folder.write("x", to: "config/" + name)
        }
        let snapshot = try directory.read()
        #expect(snapshot.problems == [])
        #expect(snapshot.files.keys.sorted() == ["me", "smtp.ini", "tls/example.com.pem"])
        #expect(snapshot.value("me")?.text == "elsewhere")
        #expect(snapshot.data("tls/example.com.pem") == Array("cert".utf8))
    }

    @Test func `A file that is too large, broken or dangling is a problem that names it`() throws {
        let file = try FileDescriptor.open(folder.path + "/config/big", [.write, .create])
        try file.truncate(to: (16 << 20) + 1)
        try Files.makeLink(folder.path + "/config/gone", to: "nowhere")
        try FileDescriptor.open(folder.path + "/config/bad.ini", [.write, .create]).writeAll([0x61, 0x0A, 0xFF, 0x0A])
        let problems = try directory.read().problems.map(\.description)
        #expect(
            problems == [
                "config/bad.ini:2: this line is no valid UTF-8 text", "config/big: is larger than 16 MiB",
                "config/gone: cannot be read: No such file or directory",
            ]
        )
    }

    @Test(.enabled(if: Privileges.isRoot, "SKIPPED: the user of this test must be root to become another"))
    func `A file that may not be read says who may not and what to do`() async throws {
        try folder.write("k", to: "config/internalcmd_key", mode: 0o600)
        try folder.open().changeMode(0o755)
        await #expect(processExitsWith: .success) { [path = folder.path as String] in
            try Privileges.drop(user: "nobody")
            let group = Privileges.effectiveGroup
            let snapshot = try ConfigDirectory(path: path + "/config").read()
            let file = "\(path)/config/internalcmd_key"
            #expect(
                snapshot.problems.map(\.description) == [
                    "config/internalcmd_key: user nobody may not read this file; run: chgrp \(group) \(file) "
                        + "&& chmod g+r \(file)"
                ]
            )
        }
    }

    @Test func `A file of a type that only Haraka on Node reads is a warning`() throws {
        try folder.write("exports = {}", to: "config/x.js")
        #expect(
            try directory.read().problems.map(\.description) == [
                "config/x.js: files of this type are not read; write it as .yaml or .json"
            ]
        )
    }

    @Test func `A directory that is not there is an error that says what to do`() {
        let error = #expect(throws: ConfigError.self) { _ = try ConfigDirectory(path: "/no/such").read() }
        #expect(
            error?.description == "/no/such: the configuration cannot be read: No such file or directory; "
                + "make a service directory with: haraka -i DIR"
        )
    }

    @Test func `Readable secrets and files that anybody may write are told with the command that mends them`() throws {
        try folder.write("k", to: "config/internalcmd_key", mode: 0o644)
        try folder.write("k", to: "config/private.key", mode: 0o640)
        try folder.write("-----BEGIN CERTIFICATE-----\n", to: "config/tls_cert.pem", mode: 0o644)
        try folder.write("x\n-----BEGIN RSA PRIVATE KEY-----\r\n", to: "config/tls/bundle.pem", mode: 0o604)
        try folder.write("[users]", to: "config/auth_flat_file.ini", mode: 0o644)
        try folder.write("x", to: "config/plugins", mode: 0o666)
        let problems = try directory.read().permissionProblems().map(\.description)
        let (path, may) = (folder.path + "/config", "every user of this machine may")
        #expect(
            problems == [
                "config/auth_flat_file.ini: \(may) read this secret; run: chmod o-rwx \(path)/auth_flat_file.ini",
                "config/internalcmd_key: \(may) read this secret; run: chmod o-rwx \(path)/internalcmd_key",
                "config/plugins: \(may) change this file; run: chmod o-w \(path)/plugins",
                "config/tls/bundle.pem: \(may) read this secret; run: chmod o-rwx \(path)/tls/bundle.pem",
            ]
        )
    }
}
