import Foundation
import SMTP
import Testing
import Wire

@testable import HostCore

@Suite struct AuthenticationTests {
    /// Everybody's password is "pencil", and everybody is there.
    private static let users: Scripted.Plugin = (
        "users",
        [
            "capabilities": "cap=AUTH PLAIN LOGIN CRAM-MD5;900", "auth_lookup": "reply=0 - pencil;906",
            "auth_verify": "lane;pend;906",
        ]
    )
    private static let inTheClear = "require_tls=false\n[failures]\ndelay=0\n"

    private static func text(_ plain: String) -> String {
        String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self)
    }

    private static func caller(_ plugins: [Scripted.Plugin], auth: String = inTheClear) throws -> (Scripted, Caller) {
        let scripted = try Scripted(plugins + [Scripted.accepting], config: ["auth.ini": auth])
        return (scripted, scripted.call())
    }

    @Test func theMechanismsThatPluginsNameAreOfferedOnce() throws {
        let (_, caller) = try Self.caller([Self.users])
        let answer = caller.say("EHLO c.example.org")
        #expect(answer.contains("250-AUTH PLAIN LOGIN CRAM-MD5\r\n"))
        #expect(answer.components(separatedBy: "AUTH").count == 2)
    }

    @Test func withoutTLSNothingIsOfferedWhereItIsNeeded() throws {
        let (scripted, caller) = try Self.caller([Self.users], auth: "")
        #expect(!caller.say("EHLO c.example.org").contains("AUTH"))
        #expect(caller.say("AUTH PLAIN AGFkYQBwZW5jaWw=").hasPrefix("538 5.7.11"))
        #expect(scripted.told.count("auth_") == 0)
    }

    @Test func whoeverHasProvedToBeAUserMaySendToEverybody() throws {
        let (scripted, caller) = try Self.caller([Self.users, ("outward", ["queue_outbound": "906"])])
        caller.say("EHLO c.example.org")
        #expect(caller.say("AUTH PLAIN " + Self.text("\0ada\0pencil")).hasPrefix("235 2.7.0"))
        caller.say(["MAIL FROM:<ada@example.org>", "RCPT TO:<bob@elsewhere.example>"])
        #expect(caller.mail().hasPrefix("250"))
        #expect(scripted.told.count("queue_outbound ") == 1)
        #expect(try #require(scripted.line("auth ")).contains("user=ada mechanism=PLAIN"))
        #expect(try #require(scripted.line("transaction")).contains("auth=ada"))
        #expect(caller.say("AUTH PLAIN AGFkYQBwZW5jaWw=").hasPrefix("503"))
    }

    @Test func aClearPasswordOfAPluginIsEnoughForAChallenge() throws {
        let (scripted, caller) = try Self.caller([Self.users])
        caller.say("EHLO c.example.org")
        let challenge = caller.say("AUTH CRAM-MD5")
        #expect(challenge.hasPrefix("334 "))
        let bytes = try #require(Base64.decode(Array(challenge.dropFirst(4).dropLast().utf8).span) as [UInt8]?)
        let proof = OpenSSLCryptography().hmacMD5(key: Array("pencil".utf8), bytes)
        let hex = proof.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(caller.say(Self.text("ada \(hex)")).hasPrefix("235 2.7.0"))
        #expect(!scripted.lines.contains { $0.contains("pencil") })
    }

    @Test(arguments: [
        ("902", "535 5.7.8"), ("900", "535 5.7.8"), ("903", "454 4.7.0"), ("reply=421 - gone;909", "454 4.7.0"),
        ("12345", "454 4.7.0"),
    ])
    func otherVerdictsLetNobodyIn(_ script: String, _ reply: String) throws {
        let plugin: Scripted.Plugin = ("users", ["capabilities": "cap=AUTH PLAIN;900", "auth_verify": script])
        let (_, caller) = try Self.caller([plugin])
        caller.say("EHLO c.example.org")
        #expect(caller.say("AUTH PLAIN " + Self.text("\0ada\0wrong")).hasPrefix(reply))
        #expect(caller.say("MAIL FROM:<ada@example.org>").hasPrefix("250"))
        #expect(caller.say("RCPT TO:<bob@elsewhere.example>").hasPrefix("250"))
    }

    @Test func aRefusalWaitsAndNothingIsReadMeanwhile() throws {
        let plugin: Scripted.Plugin = ("users", ["capabilities": "cap=AUTH PLAIN;900", "auth_verify": "902"])
        let (_, caller) = try Self.caller([plugin], auth: "require_tls=false\n")
        caller.say("EHLO c.example.org")
        caller.post("AUTH PLAIN " + Self.text("\0ada\0wrong") + "\r\n")
        #expect(caller.link.takeText() == "")
        #expect(caller.link.isPaused)
        #expect(caller.link.events.last(where: { $0 == .arm || $0 == .disarm }) == .arm)
        caller.driver.deadlinePassed(caller.link)
        #expect(caller.link.takeText().hasPrefix("535 5.7.8"))
        #expect(!caller.link.isPaused)
        #expect(caller.say("NOOP").hasPrefix("250"))
    }

    @Test func tooMuchGuessingAsksNoPluginAnyMore() throws {
        let plugin: Scripted.Plugin = ("users", ["capabilities": "cap=AUTH PLAIN;900", "auth_verify": "902"])
        let auth = "require_tls=false\n[failures]\ndelay=0\nper_user=2\nper_address=3\n"
        let scripted = try Scripted([plugin], config: ["auth.ini": auth])
        func guess(_ user: String, from ip: String) -> String {
            let caller = scripted.call(RecordingLink(remote: .ip(ip, port: 1)))
            caller.say("EHLO c.example.org")
            return String(caller.say("AUTH PLAIN " + Self.text("\0\(user)\0wrong")).prefix(9))
        }
        #expect(guess("ada", from: "192.0.2.1") == "535 5.7.8")
        #expect(guess("ADA", from: "192.0.2.2") == "535 5.7.8")
        #expect(guess("ada", from: "192.0.2.3") == "454 4.7.0")
        #expect(guess("bob", from: "2001:db8::1") == "535 5.7.8")
        #expect(guess("carol", from: "2001:db8::2") == "535 5.7.8")
        #expect(guess("dave", from: "2001:db8:0:0:1::1") == "535 5.7.8")
        #expect(guess("erin", from: "2001:db8::3") == "454 4.7.0")
        #expect(guess("frank", from: "2001:db8:0:1::1") == "535 5.7.8")
        #expect(scripted.told.count("auth_verify ") == 6)
    }

    @Test func whereMailIsSubmittedAUserIsNeeded() throws {
        let (_, caller) = try Self.caller([Self.users], auth: "require_tls=false\nsubmission_ports=25\n")
        caller.say("EHLO c.example.org")
        #expect(caller.say("MAIL FROM:<ada@example.org>").hasPrefix("530 5.7.0"))
        #expect(caller.say("AUTH PLAIN " + Self.text("\0ada\0pencil")).hasPrefix("235"))
        #expect(caller.say("MAIL FROM:<ada@example.org>").hasPrefix("250"))
    }

    @Test(arguments: [("192.0.2.7", false), ("10.1.2.3", true), ("fd00::1", true), ("172.32.0.1", false)])
    func privateAddressesMayDoWithoutTLS(_ ip: String, _ isOffered: Bool) throws {
        let scripted = try Scripted([Self.users], config: ["auth.ini": "private_without_tls=true\n"])
        let caller = scripted.call(RecordingLink(remote: .ip(ip, port: 1)))
        #expect(caller.say("EHLO c.example.org").contains("AUTH PLAIN") == isOffered)
    }
}
