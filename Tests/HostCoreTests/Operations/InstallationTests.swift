import Testing

@testable import HostCore

@Suite struct InstallationTests {
    @Test func aCheckoutIsFoundAboveTheBinary() throws {
        let folders = try Folders([
            "config/smtp.ini": "", "PluginsSrc/one/config/one.ini": "", "PluginsSrc/two/README.md": "",
        ])
        let found = try Installation.locate(home: nil, binary: folders.path + "/.build/debug/haraka")
        #expect(found.shippedConfig == [folders.path + "/config", folders.path + "/PluginsSrc/one/config"])
        #expect(found.pages == folders.path + "/docs")
        #expect(found.pluginPages == folders.path + "/PluginsSrc")
    }

    @Test func anInstallationIsFoundBesideTheBinary() throws {
        let folders = try Folders(["share/haraka/config/smtp.ini": "", "share/haraka/plugins/one/README.md": ""])
        let found = try Installation.locate(home: nil, binary: folders.path + "/bin/haraka")
        #expect(found.shippedConfig == [folders.path + "/share/haraka/config"])
        #expect(found.plugins == folders.path + "/lib/haraka/plugins")
        #expect(found.pluginPages == folders.path + "/share/haraka/plugins")
        #expect(found.swiftRuntime == nil)
    }

    @Test func harakaHomeCountsBeforeWhereTheBinaryLies() throws {
        let home = try Folders(["config/smtp.ini": "", "PluginsSrc/p": ""])
        let found = try Installation.locate(home: home.path, binary: Checkout.path(".build/debug/haraka"))
        #expect(found.pages == home.path + "/docs")
    }

    @Test func aWrongHarakaHomeIsSaidAndNotPassedOver() throws {
        let error = #expect(throws: StartError.self) {
            try Installation.locate(home: "/nonexistent", binary: Checkout.path(".build/debug/haraka"))
        }
        #expect(error?.description == "HARAKA_HOME is /nonexistent, but there is no config/smtp.ini below it.")
        #expect(throws: StartError.self) { try Installation.locate(home: nil, binary: "/usr/bin/haraka-nowhere") }
    }
}
