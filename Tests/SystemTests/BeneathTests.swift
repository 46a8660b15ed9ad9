import Glibc
import Support
import System
import Testing

struct BeneathTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("secret", to: "outside/file")
        try folder.write("mine", to: "inside/deep/file")
        try Files.makeLink(folder.path + "/inside/escape", to: "../outside")
        try Files.makeLink(folder.path + "/inside/absolute", to: folder.path + "/outside/file")
        try Files.makeLink(folder.path + "/inside/loop", to: "loop")
        try Files.makeLink(folder.path + "/inside/good", to: "deep/file")
        try Files.makeLink(folder.path + "/inside/deep/roundabout", to: "../../outside/file")
    }

    @Test(arguments: [
        "../outside/file", "deep/../../outside/file", "/etc/passwd", "..", "escape/file", "escape", "absolute", "loop",
        "deep/roundabout", "./../outside/file", "deep/..//../outside/file",
    ])
    func `A name that leads out of the folder is refused, with links allowed or not`(name: String) throws {
        let inside = try FileDescriptor.open(folder.path + "/inside", [.directory])
        for allowing in [false, true] {
            let error = #expect(throws: SystemError.self) {
                _ = try inside.openBeneath(name, allowingLinks: allowing)
            }
            #expect(error?.isEscape == true, "\(name): \(String(describing: error))")
            #expect(throws: SystemError.self) {
                _ = try inside.openBeneath(name, [.write, .create], allowingLinks: allowing)
            }
        }
        #expect(try folder.text(of: "outside/file") == "secret")
    }

    @Test func `A link that stays inside counts only where links are allowed`() throws {
        let inside = try FileDescriptor.open(folder.path + "/inside", [.directory])
        #expect(throws: SystemError.self) { _ = try inside.openBeneath("good") }
        let file = try inside.openBeneath("good", allowingLinks: true)
        #expect(try file.readAll(limit: 10) == Array("mine".utf8))
    }

    @Test func `A name inside is opened and created with its mode`() throws {
        let inside = try FileDescriptor.open(folder.path + "/inside", [.directory])
        #expect(try inside.openBeneath("deep/../deep/file").readAll(limit: 10) == Array("mine".utf8))
        let made = try inside.openBeneath("deep/new", [.write, .create, .exclusive], mode: 0o600)
        #expect(try made.facts().mode == 0o600)
        #expect(made.path == folder.path + "/inside/deep/new")
        #expect(throws: SystemError(errno: EEXIST, call: "openat2", path: made.path)) {
            _ = try inside.openBeneath("deep/new", [.write, .create, .exclusive])
        }
    }
}
