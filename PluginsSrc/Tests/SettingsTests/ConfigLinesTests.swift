import Testing

@testable import Settings

@Suite struct ConfigLinesTests {
    @Test("An entry is found on its line, whatever is around it") func findsEntries() {
        let lines = ConfigLines("# x\n\n  10.0.0.0/8 \r\nx\n")
        #expect(lines.number(ofEntry: "10.0.0.0/8") == 3)
        #expect(lines.number(ofEntry: "x") == 4)
        #expect(lines.number(ofEntry: "y") == nil)
    }

    @Test("A key is found in its section") func findsKeys() {
        let lines = ConfigLines("; a=1\na = 1\n[relay]\nb=2\n a=3\n")
        #expect(lines.number(ofKey: "a") == 2)
        #expect(lines.number(ofKey: "relay.a") == 5)
        #expect(lines.number(ofKey: "relay.c") == nil)
        #expect(lines.number(ofKey: "b") == nil)
    }

    @Test(
        "Haraka's words for true, and their opposites",
        arguments: [
            ("true", true), ("YES", true), ("1", true), ("off", false), ("", nil), ("maybe", nil), ("2", nil),
        ]
    ) func knowsTruth(_ text: String, _ truth: Bool?) {
        #expect(Settings.truth(text) == truth)
    }
}
