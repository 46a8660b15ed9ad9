import Testing

@testable import HostCore

@Suite struct PageTests {
    /// An installation with pages, as a checkout lays it out.
    private static func installation(_ folders: Folders) throws -> Installation {
        try folders.write("config/smtp.ini", "")
        try folders.write("docs/Config.md", "installed Config")
        try folders.write("docs/plugins/tidy.md", "installed plugins/tidy")
        try folders.write("PluginsSrc/queue.mine/README.md", "README of queue.mine")
        try folders.write("PluginsSrc/tidy/README.md", "README of tidy")
        return try Installation.locate(home: folders.path, binary: "/usr/bin/haraka")
    }

    @Test func theServicesOwnPagesComeFirst() throws {
        let folders = try Folders()
        let installation = try Self.installation(folders)
        let service = try Folders(["docs/Config.md": "own Config", "docs/plugins/queue/mine.md": "own queue/mine"])
        func text(_ name: String, _ directory: String? = nil) throws -> String {
            try Page.text(name, directory: directory, installation: installation)
        }
        #expect(try text("Config") == "installed Config")
        #expect(try text("Config", service.path) == "own Config")
        #expect(try text("queue/mine") == "README of queue.mine")
        #expect(try text("plugins/queue/mine") == "README of queue.mine")
        #expect(try text("plugins/queue.mine") == "README of queue.mine")
        #expect(try text("plugins/queue/mine", service.path) == "own queue/mine")
        #expect(try text("tidy") == "installed plugins/tidy")
    }

    @Test func aNameThatIsntThereTellsWhichAre() throws {
        let folders = try Folders()
        let installation = try Self.installation(folders)
        let error = #expect(throws: StartError.self) {
            try Page.text("nothing", directory: nil, installation: installation)
        }
        #expect(error?.description.contains("There is no page 'nothing'") == true)
        #expect(error?.description.contains("Config") == true)
        #expect(error?.description.contains("plugins/queue.mine") == true)
    }

    @Test(arguments: [
        "../../etc/passwd", "../secret", "plugins/../../secret", "plugins/..", "..", "", "/etc/../secret",
        "a/../../secret",
        "../secret\0", "./../secret",
    ])
    func noNameLeadsOutOfThePages(_ name: String) throws {
        let folders = try Folders([
            "secret.md": "secret", "x/docs/a.md": "", "x/config/smtp.ini": "", "x/PluginsSrc/p": "",
        ])
        let installation = try Installation.locate(home: folders.path + "/x", binary: "/usr/bin/haraka")
        #expect(throws: StartError.self) {
            try Page.text(name, directory: folders.path + "/x", installation: installation)
        }
    }

    @Test func everyPageThatIsListedCanBeShown() throws {
        let installation = try Installation.locate()
        for name in Page.names(installation) {
            #expect(!(try Page.text(name, directory: nil, installation: installation)).isEmpty)
        }
    }
}
