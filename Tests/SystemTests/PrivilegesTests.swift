import Glibc
import System
import Testing

struct PrivilegesTests {
    static let needsRoot: ConditionTrait = .enabled(
        if: Privileges.isRoot,
        "SKIPPED: only root can give root up; run the tests as root to test this"
    )

    @Test(needsRoot) func `Root that was given up cannot be had again`() async {
        await #expect(processExitsWith: .success) {
            try Privileges.drop(user: "nobody")
            #expect(Privileges.isRoot == false)
            #expect(try Account.numbered(Privileges.effectiveUser)?.name == "nobody")
            #expect(setuid(0) == -1)
            #expect(setgid(0) == -1)
            #expect(hasOnlyItsOwnGroup)
            #expect(throws: SystemError.self) { _ = try FileDescriptor.open("/etc/shadow") }
            try Privileges.drop(user: "nobody")
            #expect(throws: Privileges.Failure.self) { try Privileges.drop(user: "root") }
        }
    }

    @Test(needsRoot) func `A group of its own is taken instead of the user's`() async {
        await #expect(processExitsWith: .success) {
            let group = try #require(try AccountGroup.named("daemon"))
            try Privileges.drop(user: "nobody", group: "daemon")
            #expect(getegid() == group.gid)
        }
    }

    @Test func `An unknown user or group is named and nothing is changed`() {
        let before = Privileges.effectiveUser
        #expect(throws: Privileges.Failure.unknownUser("no-such-user")) { try Privileges.drop(user: "no-such-user") }
        #expect(throws: Privileges.Failure.unknownGroup("no-such-group")) {
            try Privileges.drop(user: "nobody", group: "no-such-group")
        }
        #expect("\(Privileges.Failure.unknownUser("x"))" == "there is no user 'x' on this machine")
        #expect(Privileges.effectiveUser == before)
    }

    @Test func `Accounts are found by name and by number`() throws {
        let root = try #require(try Account.named("root"))
        #expect(root.uid == 0)
        #expect(root.home == "/root")
        #expect(try Account.numbered(0) == root)
        #expect(try Account.named("no-such-user") == nil)
        #expect(try Account.numbered(4_000_000_000) == nil)
        #expect(try AccountGroup.named("root")?.gid == 0)
        #expect(try AccountGroup.named("no-such-group") == nil)
    }
}

/// Whether the supplementary groups of root are gone and no others can be taken.
private var hasOnlyItsOwnGroup: Bool {
    setgroups(0, nil) == -1 && getgroups(0, nil) == 1
}
