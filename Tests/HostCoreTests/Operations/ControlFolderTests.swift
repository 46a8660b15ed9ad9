import System
import Testing

@testable import HostCore

/// Who may use the control socket.
struct ControlFolderTests {
    private func folders(mode: UInt32) throws -> Folders {
        let folders = try Folders(["state/x": ""])
        try FileDescriptor.open(folders.path + "/state", [.directory]).changeMode(mode)
        return folders
    }

    @Test func `A group of ours may use it, and nobody else`() throws {
        let folders = try folders(mode: 0o700)
        let own = "\(Privileges.effectiveGroup)"
        #expect(ControlFolder.socketMode(folders.path, group: own) == 0o600)
        ControlFolder.open(folders.path + "/state", group: own)
        #expect(try folders.mode("state") & 0o777 == 0o710)
        #expect(ControlFolder.socketMode(folders.path, group: own) == 0o660)
        #expect(ControlFolder.socketMode(folders.path, group: "54321") == 0o600)
    }

    @Test func `A group that isn't there changes nothing`() throws {
        let folders = try folders(mode: 0o700)
        ControlFolder.open(folders.path + "/state", group: "no such group")
        #expect(try folders.mode("state") & 0o777 == 0o700)
        #expect(ControlFolder.socketMode(folders.path, group: "no such group") == 0o600)
    }
}
