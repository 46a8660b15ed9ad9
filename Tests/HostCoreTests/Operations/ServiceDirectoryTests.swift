import Config
import Foundation
import System
import Testing

@testable import HostCore

@Suite struct ServiceDirectoryTests {
    private static func make(_ folders: Folders, overwrites: Bool = false) throws -> [String] {
        let installation = try Installation.locate()
        return try ServiceDirectory(path: folders.path + "/svc", installation: installation, overwrites: overwrites)
            .create()
    }

    @Test func aNewDirectoryHasAllThatAServiceNeeds() throws {
        let folders = try Folders()
        let created = try Self.make(folders)
        let files = [
            "me", "host_list", "smtp.ini", "connection.ini", "log.ini", "plugins", "plugins.ini", "maildir.ini",
        ]
        for file in files { #expect(created.contains("config/\(file)") && folders.exists("svc/config/\(file)")) }
        #expect(created.contains("README"))
        for file in created { #expect(try folders.mode("svc/\(file)") == 0o644) }
        for folder in ["config", "plugins", "docs", "log"] { #expect(try folders.mode("svc/\(folder)") == 0o755) }
        for folder in ["mail", "state"] { #expect(try folders.mode("svc/\(folder)") == 0o700) }
        #expect(try folders.read("svc/config/me") == Hostname.current + "\n")
        #expect(try folders.read("svc/config/host_list").hasSuffix("\n" + Hostname.current + "\n"))
        #expect(try folders.read("svc/config/log.ini").contains("\nfile=log/haraka.log\n"))
    }

    @Test func postmasterAndTheInvokingUserHaveMailboxes() throws {
        let folders = try Folders()
        _ = try Self.make(folders)
        let environment = ProcessInfo.processInfo.environment["SUDO_USER"]
        let account = try Account.numbered(Privileges.effectiveUser)
        let user = try #require(environment ?? account?.name)
        for name in ["postmaster", user.lowercased()] {
            for part in ["", "/tmp", "/new", "/cur"] { #expect(try folders.mode("svc/mail/\(name)\(part)") == 0o700) }
        }
    }

    @Test func nothingIsOverwritten() throws {
        let folders = try Folders()
        _ = try Self.make(folders)
        try folders.write("svc/config/me", "mine.example.org\n")
        try folders.write("svc/config/plugins", "mine\n")
        try FileManager.default.removeItem(atPath: folders.path + "/svc/config/smtp.ini")
        #expect(try Self.make(folders) == ["config/smtp.ini"])
        #expect(try folders.read("svc/config/me") == "mine.example.org\n")
        #expect(try folders.read("svc/config/plugins") == "mine\n")
    }

    @Test func overwritingIsAskedFor() throws {
        let folders = try Folders()
        _ = try Self.make(folders)
        try folders.write("svc/config/plugins", "mine\n")
        #expect(try Self.make(folders, overwrites: true).contains("config/plugins"))
        #expect(try folders.read("svc/config/plugins").contains("queue/maildir"))
    }

    @Test func aFreshDirectoryIsAGoodOne() throws {
        let folders = try Folders()
        _ = try Self.make(folders)
        let installation = try Installation.locate()
        let problems = try Configuration.examine(folders.path + "/svc", installation, strict: true).1
        #expect(problems.map(\.description) == [])
    }
}
