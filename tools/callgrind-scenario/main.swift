// What tools/callgrind counts the instructions of: fixed work for the rooms that touch every byte and every command.
// usage: Scenario NAME; "nothing" is what the process costs by itself.

let scenarios: [String: () -> Int] = [
    "nothing": { 0 },
    "messages": Conversations.messages,
    "refusals": Conversations.refusals,
    "headers": Headers.editing,
    "addresses": Addresses.reading,
]

guard CommandLine.arguments.count == 2, let scenario = scenarios[CommandLine.arguments[1]] else {
    fatalError("usage: Scenario \(scenarios.keys.sorted().joined(separator: "|"))")
}
print(scenario())
