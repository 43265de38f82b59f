using System.Buffers.Text;
using System.Text.Json;

namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    private void ReadContent()
    {
        hasContent = true;
        if (!Next(JsonTokenType.StartArray))
        {
            RefuseType("array", "content", "message.content");
            return;
        }

        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; contents++)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadContentPart($"content.{contents}");
                continue;
            }

            given = json.TokenType;
            json.Skip();
            RefuseType("object", $"content.{contents}", "message.content");
        }
    }

    private void ReadContentPart(string at)
    {
        var hasType = false;
        var hasValue = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("type"u8))
            {
                hasType = true;
                ReadContentType($"{at}.type");
            }
            else if (Is("value"u8))
            {
                hasValue = true;
                if (!Next(JsonTokenType.String) || json.ValueSpan.Length == 0)
                    Add("The content value must be a string at least one character in length.", $"{at}.value", "message.content.value");
            }
            else
            {
                RefuseUnknown(at);
            }
        }

        if (!hasType)
            Add("A content type is required, this tells email clients how to display the email.", $"{at}.type", "message.content.type");
        if (!hasValue)
            Add("A content value is required, this is the content of the email you are sending.", $"{at}.value", "message.content.value");
    }

    private void ReadContentType(string at)
    {
        if (!Next(JsonTokenType.String) || json.ValueSpan.Length == 0)
        {
            Add("Your content type must be a string with length of at least one character.", at, "message.content.type");
            return;
        }

        if (Text().ContainsAny(";,\r\n"u8))
            Add("Cannot contain ';', or CRLF characters.", at, "message.content.type");

        var isText = Is("text/plain"u8);
        var isHtml = Is("text/html"u8);
        if ((isText && contents > 0) || (isHtml && hasOtherContent))
        {
            Add("Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your email: text/plain needs to be first, followed by text/html, followed by any other content.",
                "content", "message.content.value");
        }

        hasOtherContent |= !isText && !isHtml;
    }

    private void ReadAttachments()
    {
        if (!Next(JsonTokenType.StartArray))
        {
            RefuseType("array", "attachments", "message.attachments");
            return;
        }

        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            var hasName = false;
            while (json.TokenType != JsonTokenType.EndObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isContent = Is("content"u8);
                hasName |= Is("filename"u8);
                var isText = Next(JsonTokenType.String);
                if (isContent && (!isText || json.ValueSpan.Length == 0 || !Base64.IsValid(Text())))
                    Add("The attachment content must be base64 encoded.", $"attachments.{i}.content", "message.attachments.content");
            }

            if (!hasName)
                Add("filename is required.", $"attachments.{i}.filename", "message.attachments.filename");
        }
    }
}
