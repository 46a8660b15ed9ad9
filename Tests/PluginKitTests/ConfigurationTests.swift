import PluginABI
import Synchronization
import Testing

@testable import PluginKit

@Suite struct ConfigurationTests {
    let fake = FakeHost()

    private func config(_ values: [String: String] = [:], _ documents: [String: String] = [:]) -> Configuration {
        fake.record.withLock {
            $0.config = values
            $0.documents = documents
        }
        return unsafe Host(fake.keep(FakeTables.host(fake))).config
    }

    @Test(arguments: [
        ("true", true), ("YES", true), ("ok", true), ("Enabled", true), ("on", true), ("1", true), ("false", false),
        ("no", false), ("2", false), ("", false), ("tru", false),
    ])
    func `truth has Haraka's words`(text: String, truth: Bool) {
        #expect(config(["a.ini:k": text]).bool("a.ini:k") == truth)
        #expect(config(["a.ini:k": text]).bool("a.ini:k", default: true) == truth)
    }

    @Test func `what is absent is nil or the default`() throws {
        let config = config()
        #expect(config.string("a.ini:k") == nil)
        #expect(try config.int("a.ini:k") == nil)
        #expect(config.bool("a.ini:k", default: true))
        #expect(config.list("host_list") == [])
        #expect(try config.json("a.json") == nil)
    }

    @Test func `a number that is none refuses with file, key and what is allowed`() throws {
        #expect(try config(["a.ini:k": "-12"]).int("a.ini:k") == -12)
        #expect(throws: PluginError("a.ini:k is \"many\", but must be a whole number")) {
            try config(["a.ini:k": "many"]).int("a.ini:k")
        }
    }

    @Test func `a list is a plain file, an array or one scalar`() {
        let config = config([
            "host_list:[0]": "a", "host_list:[1]": "b", "dns.ini:zones[0]": "z", "one.ini:k": "lonely",
        ])
        #expect(config.list("host_list") == ["a", "b"])
        #expect(config.list("dns.ini:zones") == ["z"])
        #expect(config.list("one.ini:k") == ["lonely"])
    }

    @Test func `a long text is asked for twice`() throws {
        let long = String(repeating: "é", count: 4000)
        #expect(config(["a.ini:k": long]).string("a.ini:k") == long)
        #expect(try config().directory().utf8.count == 605)
    }

    @Test func `json keeps the order of its members`() throws {
        let text = #"{"b": {"x": "1", "y": [true, null, -2.5e1]}, "a": "\u00e9\ud83d\ude00\n\"\\"}"#
        let json = try #require(try config([:], ["a.json": text]).json("a.json"))
        #expect(json.keys == ["b", "a"])
        #expect(json["b"]?["x"]?.int == 1)
        #expect(json["b"]?["x"]?.bool == true)
        #expect(json["b"]?["y"]?.elements == [.bool(true), .null, .number(-25)])
        #expect(json["a"]?.string == "é😀\n\"\\")
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "\"\u{1}\"", "\"\\ud800\"", "\"\\x\"", "tru", "1 2", "--1", "[",
        "\"", "\"\\u12", "\"\\u+123\"", String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    ])
    func `what is no json is nil`(text: String) { #expect(JSON(Array(text.utf8)) == nil) }

    @Test func `a refusal to read throws with the path`() {
        #expect(throws: HostError.self) { try config([:], ["a.json": "{"]).json("a.json") }
    }
}
