import Config
import Foundation
import PluginHost
import Testing

@testable import HostCore

@Suite struct DirectoryCheckTests {
    private static func text(_ config: [String: String], strict: Bool = false) throws -> (text: String, isGood: Bool) {
        let service = try Service(config)
        let check = try DirectoryCheck(service.path, installation: service.installation, strict: strict)
        return (check.text, check.isGood)
    }

    @Test(arguments: ["all = true", "all=yes"])
    func relayingForEverybodyIsAnError(_ line: String) throws {
        let (text, isGood) = try Self.text(["plugins": "relay", "relay.ini": "[relay]\n\(line)\n"])
        #expect(!isGood)
        #expect(text.contains("error: config/relay.ini:2: all=true makes an open relay"))
        #expect(text.contains("config/relay_acl_allow"))
    }

    @Test(arguments: ["0.0.0.0/0", "::/0", "0/0", "0::0/0", "192.0.2.1/0", "0.0.0.0/00"])
    func aNetworkOfEverybodyIsAnError(_ network: String) throws {
        let (text, isGood) = try Self.text(["plugins": "relay", "relay_acl_allow": "127.0.0.1\n\(network)\n"])
        #expect(!isGood)
        #expect(text.contains("error: config/relay_acl_allow:2: \(network) makes an open relay"))
    }

    @Test func aRelayForOnesOwnIsNone() throws {
        let (text, _) = try Self.text(["plugins": "relay", "relay_acl_allow": "127.0.0.1\n10.0.0.0/8\n"])
        #expect(!text.contains("open relay"))
        let (other, _) = try Self.text(["plugins": "hello", "relay.ini": "[relay]\nall=true\n"])
        #expect(!other.contains("open relay"))
    }

    @Test func withoutAQueuePluginThereIsAWarning() throws {
        #expect(
            try Self.text(["plugins": "hello"]).text.contains("warning: config/plugins: no plugin of queue/ is named")
        )
        #expect(try !Self.text(["plugins": "queue/mine"]).text.contains("no plugin of queue/"))
        // It hands over what is queued, and takes nothing.
        #expect(try Self.text(["plugins": "queue/deliver"]).text.contains("no plugin of queue/"))
    }

    @Test func aMissingPluginIsNamedWithItsLine() throws {
        let (text, isGood) = try Self.text(["plugins": "# ours\n\nhello\n"])
        #expect(!isGood)
        #expect(text.contains("error: config/plugins:3: plugin hello: finding it: "))
    }

    @Test func aJavaScriptPluginsNameGetsASentenceThatSaysWhatToDo() throws {
        let (text, isGood) = try Self.text(["plugins": "dnsbl\n"])
        #expect(!isGood)
        #expect(text.contains("dns-list is one of Haraka's JavaScript plugins"))
        #expect(text.contains("haraka-plugin new dns-list"))
    }

    @Test func aPluginThatAnybodyMayWriteIsAnError() throws {
        let service = try Service(["plugins": "hello\n"])
        let image = try Script.image("checked")
        try FileManager.default.createDirectory(atPath: service.path + "/plugins", withIntermediateDirectories: true)
        let file = service.path + "/plugins/hello.so"
        try FileManager.default.copyItem(atPath: image.path, toPath: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
        let check = try DirectoryCheck(service.path, installation: service.installation, strict: false)
        #expect(!check.isGood)
        #expect(check.text.contains("chmod"))
        #expect(check.text.contains(file))
    }

    @Test func aMisspeltKeyIsAWarningAndStrictlyAnError() throws {
        let config = ["smtp.ini": "inactivity_timeot=20\n", "plugins": "queue/mine"]
        #expect(try Self.text(config).text.contains("warning: config/smtp.ini:1: "))
        let strict = try Self.text(config, strict: true)
        #expect(strict.text.contains("error: config/smtp.ini:1: "))
        #expect(strict.text.contains("inactivity_timeout"))
    }

    @Test func errorsStandBeforeWarnings() throws {
        let (text, _) = try Self.text(["plugins": "hello", "smtp.ini": "nodes=x\nlisen=1\n"])
        let words = text.split(separator: "\n").dropLast().map { $0.prefix { $0 != ":" } }
        #expect(words.first == "error")
        #expect(words == words.sorted())
    }
}
