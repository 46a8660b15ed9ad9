import Testing

@testable import HostCore

@Suite struct UserLinesTests {
    private static func set(_ text: String, _ user: String = "ada", _ value: String = "new") -> (String, Bool) {
        let (bytes, wasThere) = UserLines.setting(user, to: value, in: Array(text.utf8))
        return (String(decoding: bytes, as: UTF8.self), wasThere)
    }

    @Test(
        "a user's line is changed and nothing else",
        arguments: [
            ("[users]\nada=old\n", "[users]\nada=new\n"),
            ("; c\n[core]\nmethods=PLAIN\n\n[users]\n# d\nbob=x\n  ada  =  old = er  \ncyd=y\n", nil),
            ("[users]\nada=old", "[users]\nada=new\n"),
            ("[users]\r\nada=old\r\nbob=x\r\n", "[users]\r\nada=new\r\nbob=x\r\n"),
            ("[users]\rada=old\rbob=x", "[users]\rada=new\rbob=x"),
            ("[users]\nada=o\\\n  l\\\nd\nbob=x\n", "[users]\nada=new\nbob=x\n"),
            ("[users]\nada=o\\\n; c\nd\nbob=x\n", "[users]\nada=new\n; c\nbob=x\n"),
            ("[users]\nada=1\nbob=x\nada=2\n", "[users]\nbob=x\nada=new\n"),
            ("[users]\nada=1\n[core]\na=b\n[ users ]\nada=2\n", "[users]\n[core]\na=b\n[ users ]\nada=new\n"),
            ("[users]\nada\n", "[users]\nada=new\n"), ("[users]\nada=old\\", "[users]\nada=new\n"),
        ]
    )
    func changes(before: String, after: String?) {
        let expected = after ?? "; c\n[core]\nmethods=PLAIN\n\n[users]\n# d\nbob=x\nada=new\ncyd=y\n"
        #expect(Self.set(before) == (expected, true))
        #expect(Self.set(expected) == (expected, true))
    }

    @Test(
        "a new user goes behind the last one",
        arguments: [
            ("", "[users]\nada=new\n"), ("[users]", "[users]\nada=new\n"),
            ("[users]\nbob=x\n\n[core]\na=b\n", "[users]\nbob=x\nada=new\n\n[core]\na=b\n"),
            ("[users]\nbob=x", "[users]\nbob=x\nada=new\n"),
            ("[core]\nada=old", "[core]\nada=old\n\n[users]\nada=new\n"),
            ("ada=old\n", "ada=old\n\n[users]\nada=new\n"), ("[users]\n;ada=old\n", "[users]\nada=new\n;ada=old\n"),
            ("[users]\nadas=x\nAda=y\n", "[users]\nadas=x\nAda=y\nada=new\n"),
            ("[users]\nx=\\\nada=old\n", "[users]\nx=\\\nada=old\nada=new\n"),
            ("[users]\nbob=x\\", "[users]\nada=new\nbob=x\\"), ("[core]\na=b\\", "[core]\na=b\\\n\n[users]\nada=new\n"),
            ("[users]\r\nbob=x", "[users]\r\nbob=x\r\nada=new\r\n"),
        ]
    )
    func adds(before: String, after: String) {
        #expect(Self.set(before) == (after, false))
    }

    @Test("bytes that are no text stay as they are")
    func otherBytes() {
        let old: [UInt8] = Array("[users]\nbob=".utf8) + [0xFF, 0xFE, 0x00, 0x0A]
        #expect(UserLines.setting("ada", to: "new", in: old).bytes == old + Array("ada=new\n".utf8))
    }
}
