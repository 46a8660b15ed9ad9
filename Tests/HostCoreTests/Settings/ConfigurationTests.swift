import Config
import Hooks
import PluginHost
import SMTP
import Testing
import Wire

@testable import HostCore

@Suite struct ConfigurationTests {
    @Test func anEmptyDirectoryHasTheDefaults() throws {
        let settings = try Service(["me": "mx.example.org"]).configuration().settings
        #expect(settings.hostname == "mx.example.org")
        #expect(settings.listen.map { "\($0)" } == ["[::0]:25"])
        #expect(settings.loops >= 1)
        #expect(settings.inactivityTimeout == .seconds(300))
        #expect(settings.forceShutdownTimeout == .seconds(30))
        #expect(settings.limits.messageBytes == 26_214_400)
        #expect(settings.limits.commandLine == 512)
        #expect(settings.limits.textLine == 16_384)
        #expect(settings.limits.recipients == 1000)
        #expect(settings.draftMemory == 256 << 20)
        #expect(settings.maxReceived == 100)
        #expect(settings.bannerCharacters == 6 && settings.denyCharacters == 0)
        #expect(settings.addsReceived && settings.showsVersion && settings.policy.smtputf8)
        #expect(!settings.policy.strictAddresses && !settings.daemonize && !settings.ignoreBadPlugins)
        #expect(settings.user == nil && settings.group == nil)
    }

    /// Haraka's flat files, and what each of them sets.
    @Test(arguments: [
        ("databytes", "5000", "connection.ini", "bytes"), ("max_received_count", "7", "connection.ini", "max_received"),
        ("max_line_length", "1000", "connection.ini", "line_length"),
        ("max_data_line_length", "2000", "connection.ini", "data_line_length"),
        ("header_hide_version", "true", "connection.ini", "show_version"),
        ("smtpgreeting", "one\ntwo", "connection.ini", "greeting"),
        ("ehlo_hello_message", "hi", "connection.ini", "helo"),
        ("connection_close_message", "bye", "connection.ini", "close"),
        ("banner_includes_uuid", "9", "connection.ini", "banner_chars"),
        ("deny_includes_uuid", "4", "connection.ini", "deny_chars"),
        ("strict_rfc1869", "true", "connection.ini", "strict_rfc1869"),
        ("loglevel", "WARN", "log.ini", "level"), ("log_timestamps", "yes", "log.ini", "timestamps"),
    ])
    func anOldFlatFileWorksWithANotice(_ file: String, _ text: String, _ place: String, _ key: String) throws {
        let service = try Service([file: text])
        let configuration = try service.configuration()
        let settings = configuration.settings
        let isObeyed: Bool =
            switch file {
            case "databytes": settings.limits.messageBytes == 5000
            case "max_received_count": settings.maxReceived == 7
            case "max_line_length": settings.limits.commandLine == 1000
            case "max_data_line_length": settings.limits.textLine == 2000
            case "header_hide_version": !settings.showsVersion && settings.policy.shownVersion == nil
            case "smtpgreeting": settings.policy.greeting == ["one", "two"]
            case "ehlo_hello_message": settings.policy.helloText == "hi"
            case "connection_close_message": settings.policy.closeText == "bye"
            case "banner_includes_uuid": settings.bannerCharacters == 9
            case "deny_includes_uuid": settings.denyCharacters == 4
            case "strict_rfc1869": settings.policy.strictAddresses
            case "loglevel": configuration.log.text("level") == "warn"
            default: configuration.log.bool("timestamps")
            }
        #expect(isObeyed)
        let notice = try #require(configuration.problems.first { $0.file == "config/\(file)" })
        #expect(notice.severity == .notice)
        #expect(notice.message.contains(place) && notice.message.contains(key))
    }

    /// A `banner_includes_uuid` of Haraka's may be a boolean, but a bad value is never silent.
    @Test(arguments: [("databytes", "a lot"), ("loglevel", "chatty"), ("max_line_length", "5")])
    func aBadValueInAnOldFlatFileNamesTheFile(_ file: String, _ text: String) throws {
        let errors = try Service([file: text]).errors()
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("config/\(file):1: ") == true)
    }

    @Test(arguments: [
        ("smtp.ini", "listen=25:25:25"), ("smtp.ini", "nodes=many"), ("smtp.ini", "inactivity_timeout=0"),
        ("connection.ini", "smtputf8=perhaps"), ("connection.ini", "[max]\nbytes=ten"), ("log.ini", "level=loud"),
        ("plugins.ini", "[hello]\non_failure=shrug"), ("plugins.ini", "[hello]\ntimeout=never"),
        ("plugin_timeout", "soon"), ("hello.timeout", "-1"), ("queue/mine.timeout", "x"),
    ])
    func aBadValueRefusesAndNamesFileAndLine(_ file: String, _ text: String) throws {
        let service = try Service([file: text, "plugins": "hello\nqueue/mine\n"])
        let errors = try service.errors()
        let line = text.hasPrefix("[") ? 2 : 1
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("config/\(file):\(line): ") == true, "\(errors)")
        #expect(errors.first?.contains("must be") == true, "\(errors)")
        #expect(throws: StartError.self) { try service.configuration() }
    }

    @Test func anUnknownKeyIsAWarningWithTheNearestName() throws {
        let service = try Service(["smtp.ini": "lisen=127.0.0.1:0\n"])
        let warning = try #require(try service.problems().first)
        #expect(warning.severity == .warning)
        #expect(warning.description.contains("listen"))
        #expect(try service.problems(strict: true).contains { $0.severity == .error })
    }

    @Test(arguments: PluginNames.retired.sorted { $0.key < $1.key }.map(\.key))
    func aRetiredPluginNameWorksWithANotice(_ name: String) throws {
        let configuration = try Service(["plugins": "# ours\nharaka-plugin-\(name)\n"]).configuration()
        #expect(configuration.plugins.map(\.name) == [PluginNames.retired[name]])
        let notice = try #require(configuration.problems.first)
        #expect(notice.severity == .notice && notice.line == 2 && notice.file == "config/plugins")
    }

    @Test func thePrefixOfNpmPackagesIsTakenOff() throws {
        let configuration = try Service(["plugins": "haraka-plugin-hello\nqueue/mine\n"]).configuration()
        #expect(configuration.plugins.map(\.name) == ["hello", "queue/mine"])
        #expect(configuration.problems.isEmpty)
    }

    @Test func aPluginThatIsNamedTwiceIsLoadedOnce() throws {
        let configuration = try Service(["plugins": "relay\nhello\nrelay_acl\n"]).configuration()
        #expect(configuration.plugins.map(\.name) == ["relay", "hello"])
        let warning = try #require(configuration.problems.first { $0.severity == .warning })
        #expect(warning.line == 3 && warning.message.contains("line 1"))
    }

    @Test func theOptionsOfAPluginComeFromPluginsIni() throws {
        let ini = "[queue/mine]\non_failure=deny\ntimeout=2m\ncapabilities[]=relaying\ncapabilities[]=net\nbreaker=3\n"
        let entry = try Service(["plugins": "queue/mine", "plugins.ini": ini]).configuration()
            .entry("queue/mine", Service.image)
        #expect(entry.name == "queue/mine")
        #expect(entry.onFailure == .deny)
        #expect(entry.timeout == .seconds(120))
        #expect(entry.capabilities == ["relaying", "net"])
        #expect(entry.breakerAfter == 3)
    }

    @Test func aPluginWithoutOptionsHasTheDefaults() throws {
        let entry = try Service().configuration().entry("rcpt_to.mine", Service.image)
        #expect(entry.onFailure == .tempfail && entry.timeout == .seconds(30))
        #expect(entry.capabilities.isEmpty && entry.breakerAfter == 10)
    }

    /// plugins.ini, then NAME.timeout, then plugin_timeout, then 30 s; 0 is no limit.
    @Test(
        arguments: [
            ([:], 30), (["plugin_timeout": "7"], 7), (["plugin_timeout": "7", "a.b.timeout": "8"], 8),
            (["plugin_timeout": "7", "a.b.timeout": "8", "plugins.ini": "[a.b]\ntimeout=9"], 9),
            (["plugin_timeout": "0"], 0), (["plugin_timeout": "7", "plugins.ini": "[a.b]\ntimeout=0"], 0),
            (["plugin_timeout": "7", "other.timeout": "8"], 7),
        ] as [([String: String], Int)]
    )
    func theTimeoutIsTheNearestOne(_ files: [String: String], _ seconds: Int) throws {
        let entry = try Service(files).configuration().entry("a.b", Service.image)
        #expect(entry.timeout == (seconds == 0 ? nil : .seconds(seconds)))
    }

    @Test(arguments: ["auth/flat", "rcpt_to.in_host_list"])
    func continueIsRefusedForPluginsThatDecideWhoGetsIn(_ name: String) throws {
        let errors = try Service(["plugins.ini": "\n[\(name)]\non_failure=continue\n"]).errors()
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("config/plugins.ini:3: ") == true)
        #expect(errors.first?.contains("force_continue=true") == true)
        #expect(try Service(["plugins.ini": "[\(name)]\non_failure=continue\nforce_continue=true\n"]).errors() == [])
        #expect(try Service(["plugins.ini": "[\(name)]\non_failure=deny\n"]).errors() == [])
    }

    @Test func continueIsAllowedForOthers() throws {
        let service = try Service(["plugins.ini": "[spamscore]\non_failure=continue\n"])
        #expect(try service.errors() == [])
        #expect(try service.configuration().entry("spamscore", Service.image).onFailure == .continue)
    }

    @Test(arguments: [
        ("smtp.ini", "listen=127.0.0.1:0", ["config/smtp.ini:1: listen"]),
        ("smtp.ini", "nodes=7", ["config/smtp.ini:1: nodes"]),
        ("smtp.ini", "user=mail\ngroup=mail", ["config/smtp.ini:1: user", "config/smtp.ini:2: group"]),
        ("smtp.ini", "daemonize=true", ["config/smtp.ini:1: daemonize"]),
        ("smtp.ini", "smtps_port=0", ["config/smtp.ini:1: smtps_port"]), ("smtp.ini", "inactivity_timeout=20", []),
        ("log.ini", "file=log/x.log", ["config/log.ini:1: file"]), ("log.ini", "level=debug", []),
        ("connection.ini", "[max]\nbytes=2000", []), ("outbound.ini", "max_age=3d", []),
        (
            "dns.ini", "forwarders=127.0.0.1\nvalidate=no",
            ["config/dns.ini:1: forwarders", "config/dns.ini:2: validate"]
        ),
        ("dns.ini", "; nothing\nvalidate=true", []),
    ])
    func whatARunningServerCannotChangeNeedsARestart(_ file: String, _ text: String, _ lines: [String]) throws {
        let service = try Service()
        let before = try service.configuration()
        #expect(before.differencesThatNeedARestart(from: before) == [])
        try service.folders.write("config/\(file)", text)
        #expect(try service.configuration().differencesThatNeedARestart(from: before) == lines)
    }

    @Test func aKeyThatWasTakenOutNeedsARestartToo() throws {
        let service = try Service(["smtp.ini": "nodes=7\n"])
        let before = try service.configuration()
        try service.folders.write("config/smtp.ini", "\n")
        #expect(try service.configuration().differencesThatNeedARestart(from: before) == ["config/smtp.ini: nodes"])
    }

    @Test func aFolderWithoutConfigIsNoServiceDirectory() throws {
        let installation = try Installation.locate()
        let error = #expect(throws: StartError.self) { try Configuration.read("/nonexistent", installation) }
        #expect(error?.description.contains("haraka -i /nonexistent") == true)
    }
}
