using System.Text;
using System.Text.Json;

namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    private enum AddressFault
    {
        None,
        Missing,
        Malformed,
        TooLong,
        NotText,
    }

    /// <summary>As it stands in the request, for the words of a refusal.</summary>
    private readonly string AddressText => Encoding.UTF8.GetString(body.Slice(addressStart, addressLength));

    private bool ReadAddressProperty()
    {
        if (Is("from"u8))
        {
            hasSender = true;
            ReadSender("from", "from", "message.from");
        }
        else if (Is("reply_to"u8))
        {
            repliesTo++;
            ReadSender("reply_to", "Reply-To", "message.reply_to");
        }
        else if (Is("reply_to_list"u8))
        {
            repliesTo++;
            ReadReplyToList();
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ReadReplyToList()
    {
        if (!Next(JsonTokenType.StartArray))
        {
            RefuseType("array", "reply_to_list", "message.reply_to_list");
            return;
        }

        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            var isObject = json.TokenType == JsonTokenType.StartObject;
            var found = isObject ? ReadAddress(out _, out _) : AddressFault.Missing;
            if (!isObject)
                json.Skip();
            if (found != AddressFault.None)
                RefuseAddress(found, "Reply-To", $"reply_to_list.{i}.email", "message.reply_to_list");
        }
    }

    /// <summary>from and reply_to: one address object.</summary>
    private void ReadSender(string field, string name, string help)
    {
        if (!Next(JsonTokenType.StartObject))
        {
            RefuseType("object", field, help);
            return;
        }

        var found = ReadAddress(out _, out _);
        if (found != AddressFault.None)
            RefuseAddress(found, name, $"{field}.email", help);
    }

    /// <summary>From the object's start to its end.</summary>
    private AddressFault ReadAddress(out ulong hash, out NamedBehaviour behaviour)
    {
        hash = 0;
        behaviour = NamedBehaviour.Delivers;
        var found = AddressFault.Missing;

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!Is("email"u8))
            {
                json.Read();
                json.Skip();
                continue;
            }

            if (!Next(JsonTokenType.String))
            {
                found = AddressFault.NotText;
                continue;
            }

            addressStart = (int)json.TokenStartIndex + 1;
            addressLength = json.ValueSpan.Length;
            var text = Text();
            found = text.Length == 0 ? AddressFault.Missing
                : text.Length > AddressRules.MaxLength ? AddressFault.TooLong
                : AddressRules.IsAddress(text) ? AddressFault.None
                : AddressFault.Malformed;
            hash = TextHash.OfAddress(text);
            behaviour = NamedRecipients.Of(text);
        }

        return found;
    }

    private void RefuseAddress(AddressFault found, string name, string field, string help)
    {
        if (found == AddressFault.NotText)
        {
            RefuseType("string", field, help);
            return;
        }

        var isRecipient = help.StartsWith("message.personalizations.", StringComparison.Ordinal);
        var title = char.ToUpperInvariant(name[0]) + name[1..];
        Add(found switch
        {
            AddressFault.Missing => $"The {name} email parameter is required.",
            AddressFault.TooLong => $"The {title} email exceeds the maximum total length of {AddressRules.MaxLength} characters",
            _ => isRecipient ? "Does not contain a valid address." : $"The {name} email does not contain a valid address.",
        }, field, help);
    }
}
